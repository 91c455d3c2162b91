import { type CommandInfo, listCommands } from '../../cli/commandList.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { cell, codeCell, page, table } from './markdown.ts';
import { manifestText } from './settingsPage.ts';

interface Hidden {
  readonly command: string;
  readonly when?: string;
}

/** Commands that the palette never shows: they need the row of a view that they stand on. */
const hidden: ReadonlySet<string> = new Set(
  packageJson.contributes.menus.commandPalette
    .filter((item: Hidden) => item.when === 'false')
    .map((item) => item.command),
);

function editorCommands(): string {
  return table(
    ['Command', 'Id', 'Where'],
    packageJson.contributes.commands.map(({ command, title, category }) => [
      cell(`${category}: ${manifestText(title)}`),
      codeCell(command),
      hidden.has(command) ? 'views' : 'command palette',
    ]),
  );
}

function optionsTable(options: CommandInfo['options']): string {
  return table(
    ['Option', 'What it does', 'Takes', 'Default'],
    options.map((option) => [
      codeCell(option.flags),
      cell(option.description),
      option.choices.map(codeCell).join(', '),
      option.default === null ? '' : codeCell(option.default),
    ]),
  );
}

function section(command: CommandInfo): string {
  const usage = [command.name, ...command.arguments.map((argument) => argument.usage)].join(' ');
  return [
    `### ${command.name}`,
    `\`${usage}\``,
    `${command.description.charAt(0).toUpperCase()}${cell(command.description.slice(1))}.`,
    ...(command.arguments.length === 0
      ? []
      : [command.arguments.map((argument) => `- \`${argument.usage}\`: ${argument.description}`).join('\n')]),
    ...(command.options.length === 0 ? [] : [optionsTable(command.options)]),
  ].join('\n\n');
}

/** docs/reference/commands.md: commands of VS Code and of the command line with their options. */
export function commandsPage(): string {
  const [program, ...commands] = listCommands();
  return page('Commands', [
    '## In VS Code',
    editorCommands(),
    '## On the command line',
    ...(program === undefined ? [] : ['Every command takes these options:', optionsTable(program.options)]),
    ...commands.map(section),
  ]);
}
