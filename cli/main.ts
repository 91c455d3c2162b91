import { hasNeededNode, runWithBundledNode } from './nodeVersion.ts';
import { runProgram } from './program.ts';

// Exit code by assignment, not process.exit: output that is still being written to a pipe must not be cut.
if (hasNeededNode()) {
  void runProgram(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
} else {
  void runWithBundledNode(process.argv.slice(1)).then(async (code) => {
    process.exitCode = code ?? (await runProgram(process.argv.slice(2)));
  });
}
