import { randomUUID } from 'node:crypto';

/**
 * What the API returns for one accepted child: `yyyy-MM-dd_HH:mm:ss.ff_<uuid>.json`, in UTC with hundredths of a second.
 * @param milliseconds time of acceptance since 1970
 */
export function receiptFor(milliseconds: number): string {
  const [date, time = ''] = new Date(milliseconds).toISOString().split('T');
  return `${date}_${time.slice(0, 11)}_${randomUUID()}.json`;
}
