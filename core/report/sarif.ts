import type { JsonObject } from '../json.ts';
import type { Severity } from '../problems.ts';
import type { ReportFile, ReportProblem } from './reportFile.ts';
import type { DescribeRule } from './ruleText.ts';

const level: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

function ruleOf(code: string, describe: DescribeRule): JsonObject {
  const text = describe(code);
  if (text === undefined) return { id: code };
  const rule: JsonObject = {
    id: code,
    shortDescription: { text: text.title },
    fullDescription: { text: text.requires.replace(/`/g, ''), markdown: text.requires },
  };
  if (text.helpUri !== undefined) rule.helpUri = text.helpUri;
  return rule;
}

function resultOf(uri: string, problem: ReportProblem, ruleIndex: number): JsonObject {
  const region: JsonObject = {
    startLine: problem.line,
    startColumn: problem.column,
    endLine: problem.endLine,
    endColumn: problem.endColumn,
  };
  const location: JsonObject = { physicalLocation: { artifactLocation: { uri }, region } };
  if (problem.path.length > 0) location.logicalLocations = [{ fullyQualifiedName: problem.path.join('.') }];
  return {
    ruleId: problem.code,
    ruleIndex,
    level: level[problem.severity],
    message: { text: problem.message },
    locations: [location],
  };
}

/** A path as a URI reference: slashes, and characters that a URI does not take as percent codes. */
function toUri(file: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(file)) return file;
  const slashed = file.replace(/\\/g, '/');
  const encoded = slashed.split('/').map(encodeURIComponent).join('/');
  return /^[A-Za-z]:\//.test(slashed) ? `file:///${encoded.replace('%3A', ':')}` : encoded;
}

/**
 * The problems as a SARIF 2.1.0 log (OASIS standard, sections 3.13 to 3.28), as code scanning tools read it. `file`
 * may be a URI or a path; relative paths stay relative.
 */
export function sarifLog(files: readonly ReportFile[], describe: DescribeRule, toolVersion: string): JsonObject {
  const codes = [...new Set(files.flatMap((f) => f.problems.map((p) => p.code)))].sort();
  const indexOf = new Map(codes.map((code, index) => [code, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'SSD Dataflow',
            semanticVersion: toolVersion,
            rules: codes.map((code) => ruleOf(code, describe)),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: files.map(({ file }) => ({ location: { uri: toUri(file) } })),
        results: files.flatMap(({ file, problems }) =>
          problems.map((problem) => resultOf(toUri(file), problem, indexOf.get(problem.code) ?? -1)),
        ),
      },
    ],
  };
}
