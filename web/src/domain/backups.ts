// Backups of the hub as its API tells of them (docs/api.md), and how a backup in the making is told. Pure; used by net/, state/, i18n/ and ui/backups/.
import type * as hub from './api.gen';

export type Backups = hub.BackupsInfo;

/** Why there is none. A later hub may have other words. */
export type BackupProblem = hub.FailedBackupInfo['problem'];

const OLD_MS = 2 * 86_400_000;

/** One a day, and a day that the van stood still. */
export const isOld = (last: hub.LastBackupInfo, nowMs: number): boolean => nowMs - last.at_ms > OLD_MS;

export type Step = 'wanted' | 'copying' | 'writing' | 'checking';

export function stepOf({ wanted, bytes, of_bytes }: hub.MakingBackupInfo): Step {
  if (wanted) return 'wanted';
  if (of_bytes === 0) return 'copying';
  return bytes < of_bytes ? 'writing' : 'checking';
}
