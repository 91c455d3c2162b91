import { personIdOf } from '../generate/context.ts';
import type { WorkingDay } from './workingDay.ts';

/**
 * Takes people out of the SSD, as when a record is restricted or merged, and keeps their rows of ssd_person aside. What
 * else is on record of them stays, as it does in a real SSD.
 */
export function leave(day: WorkingDay, count: number): void {
  ensureTable(day);
  const highest = day.one('SELECT MAX(pers_person_id) AS id FROM ssd_person');
  const last = Number(String(highest?.id ?? '').replace(/\D/g, ''));
  for (let tries = 0, gone = 0; gone < Math.max(1, Math.floor(count)) && tries < 100 * count; tries++) {
    const id = personIdOf(day.random.int(1, last));
    const changes = day.run(
      `INSERT INTO sandbox_absent SELECT * FROM ssd_person
       WHERE pers_person_id = ? AND EXISTS (SELECT 1 FROM ssd_cin_episodes WHERE cine_person_id = pers_person_id
                                            AND cine_close_date IS NULL)`,
      id,
    );
    if (changes === 0) continue;
    day.run('DELETE FROM ssd_person WHERE pers_person_id = ?', id);
    day.note('left', id, 'record withdrawn');
    gone++;
  }
}

/** Puts people back who left earlier, those first who have been away longest. */
export function comeBack(day: WorkingDay, count: number): void {
  ensureTable(day);
  const away = day.all(
    'SELECT rowid, pers_person_id FROM sandbox_absent ORDER BY rowid LIMIT ?',
    Math.max(1, Math.floor(count)),
  );
  for (const { rowid, pers_person_id } of away) {
    day.run('INSERT INTO ssd_person SELECT * FROM sandbox_absent WHERE rowid = ?', rowid ?? null);
    day.run('DELETE FROM sandbox_absent WHERE rowid = ?', rowid ?? null);
    day.note('returned', String(pers_person_id), 'record released');
  }
}

function ensureTable(day: WorkingDay): void {
  day.run('CREATE TABLE IF NOT EXISTS sandbox_absent AS SELECT * FROM ssd_person WHERE 0');
}
