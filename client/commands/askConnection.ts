import * as vscode from 'vscode';
import type { ConnectionProfile } from '../config/settings.ts';

/** What the steps gave: a profile for the settings, and a password for the secret store if one was entered. */
export interface AskedConnection {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
}

type Kind = 'sqlserver' | 'postgres';
type Authentication = 'windows' | 'sql' | 'ntlm' | 'entra';

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/**
 * Asks for a connection in short steps.
 * @param taken names that are in use
 * @returns undefined when the person stopped at any step; nothing is kept then
 */
export async function askConnection(taken: readonly string[]): Promise<AskedConnection | undefined> {
  const kind = await choose<Kind>(vscode.l10n.t('Which database holds the SSD?'), [
    { label: 'Microsoft SQL Server', value: 'sqlserver' },
    { label: 'PostgreSQL', value: 'postgres' },
  ]);
  if (kind === undefined) return undefined;
  const server = await ask(
    vscode.l10n.t('Server'),
    kind === 'sqlserver'
      ? vscode.l10n.t('HOST, HOST\\INSTANCE or HOST,PORT')
      : vscode.l10n.t('Host name; the port follows in the settings if it is not 5432'),
  );
  if (server === undefined) return undefined;
  const database = await ask(vscode.l10n.t('Database'), vscode.l10n.t('Name of the database that holds the SSD'));
  if (database === undefined) return undefined;
  const schema = await ask(
    vscode.l10n.t('Schema'),
    vscode.l10n.t('Schema of the SSD tables, such as dbo or ssd_development'),
    kind === 'sqlserver' ? 'dbo' : 'public',
  );
  if (schema === undefined) return undefined;
  const logIn = await askLogIn(kind);
  if (logIn === undefined) return undefined;
  const purpose = await choose<'test' | 'live'>(vscode.l10n.t('What does this database hold?'), [
    { label: vscode.l10n.t('A test copy'), detail: vscode.l10n.t('Invented or scrambled records'), value: 'test' },
    {
      label: vscode.l10n.t('Real records'),
      detail: vscode.l10n.t('Marked as live wherever it is shown'),
      value: 'live',
    },
  ]);
  if (purpose === undefined) return undefined;
  const name = await ask(
    vscode.l10n.t('Name of the connection'),
    vscode.l10n.t('How it is shown; workspaces refer to it by this name'),
    `${database} ${purpose}`,
    (value) => (taken.includes(value) ? vscode.l10n.t('There is a connection of this name already.') : undefined),
  );
  if (name === undefined) return undefined;
  const { password, ...keys } = logIn;
  return { profile: { name, kind, purpose, server, database, schema, ...keys }, password };
}

interface LogIn {
  readonly authentication: Authentication;
  readonly user?: string;
  readonly password: string | undefined;
}

async function askLogIn(kind: Kind): Promise<LogIn | undefined> {
  const user: Choice<Authentication> = {
    label: vscode.l10n.t('User name and password'),
    detail: vscode.l10n.t('The password goes into this computer’s secret store'),
    value: 'sql',
  };
  const windows: Choice<Authentication> = {
    label: vscode.l10n.t('Windows account'),
    detail: vscode.l10n.t('The account you are signed in with. Needs Windows and an ODBC driver'),
    value: 'windows',
  };
  const others: readonly Choice<Authentication>[] = [
    { label: 'NTLM', detail: vscode.l10n.t('DOMAIN\\user and password, without ODBC'), value: 'ntlm' },
    {
      label: 'Microsoft Entra ID',
      detail: vscode.l10n.t('The account that this computer is signed in with'),
      value: 'entra',
    },
  ];
  const authentication =
    kind === 'postgres'
      ? 'sql'
      : await choose(
          vscode.l10n.t('How do you log in?'),
          process.platform === 'win32' ? [windows, user, ...others] : [user, windows, ...others],
        );
  if (authentication === undefined) return undefined;
  if (authentication === 'windows' || authentication === 'entra') return { authentication, password: undefined };
  const name = await ask(
    vscode.l10n.t('User name'),
    authentication === 'ntlm' ? vscode.l10n.t('DOMAIN\\user') : vscode.l10n.t('Login of the database'),
  );
  if (name === undefined) return undefined;
  const password = await vscode.window.showInputBox({
    title: vscode.l10n.t('Password'),
    prompt: vscode.l10n.t(
      'It is kept in this computer’s secret store, never in a setting. Leave it empty to enter it later.',
    ),
    password: true,
    ignoreFocusOut: true,
  });
  if (password === undefined) return undefined;
  return { authentication, user: name, password: password === '' ? undefined : password };
}

async function choose<T>(title: string, items: readonly Choice<T>[]): Promise<T | undefined> {
  const picked = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  return picked?.value;
}

async function ask(
  title: string,
  prompt: string,
  value = '',
  refuse: (value: string) => string | undefined = () => undefined,
): Promise<string | undefined> {
  const entered = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a value.') : refuse(text.trim())),
  });
  return entered?.trim();
}
