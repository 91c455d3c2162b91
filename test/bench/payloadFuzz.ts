/**
 * Damages payload text at random, 100,000 times unless told otherwise, and checks what test/unit/payload/fuzz.test.ts checks
 * a few thousand times: `node test/bench/payloadFuzz.ts [RUNS] [SEED]`.
 */
import { validatePayloadText } from '../../core/payload/validateText.ts';
import { isJson, outsideRanges, saysBroken } from '../support/checkRanges.ts';
import { sampleDay } from '../support/samplePayload.ts';
import { mutatedText, randomFrom } from '../support/textMutations.ts';

const runs = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const random = randomFrom(seed);
let slowest = 0;
let failures = 0;
for (let run = 0; run < runs; run++) {
  const text = mutatedText(random);
  const started = performance.now();
  const result = validatePayloadText(text, { spec: '0.9', asOf: sampleDay });
  slowest = Math.max(slowest, performance.now() - started);
  const json = isJson(text.replace(/^\ufeff/, ''));
  if (outsideRanges(text, result).length === 0 && json !== saysBroken(result)) continue;
  failures++;
  console.log(`run ${run}: ${JSON.stringify(text)}`);
}
console.log(`${runs} damaged payloads, seed ${seed}: ${failures} failures, slowest ${slowest.toFixed(0)} ms`);
process.exitCode = failures === 0 ? 0 : 1;
