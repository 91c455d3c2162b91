import type { ChangesView } from '../views/changesView.ts';
import type { SubmissionsView } from '../views/submissionsView.ts';
import { addConnection } from './addConnection.ts';
import { advanceSandbox } from './advanceSandbox.ts';
import { openBody, openSubmission, refreshSubmissions, showAuditTrail } from './auditTrail.ts';
import { changesSummary } from './changesSummary.ts';
import { checkConnection } from './checkConnection.ts';
import { chooseConnection } from './chooseConnection.ts';
import type { Command } from './command.ts';
import { compareFiles } from './compareFiles.ts';
import { copyChildAsDelta } from './copyChildAsDelta.ts';
import { exportAuditTrail } from './exportAuditTrail.ts';
import { extractPayload } from './extractPayload.ts';
import { applyChangesFilter, clearChangesFilter, filterChanges, searchChanges } from './filterChanges.ts';
import { getStarted } from './getStarted.ts';
import { holdBack, includeAgain } from './holdBack.ts';
import { openAllChanges } from './openAllChanges.ts';
import { openChild } from './openChild.ts';
import { openSampleWorkspace } from './openSampleWorkspace.ts';
import { openSettings } from './openSettings.ts';
import { pilotPhases } from './pilotPhases.ts';
import { previewDelta } from './previewDelta.ts';
import { resetSandbox } from './resetSandbox.ts';
import { resumeSubmission } from './resumeSubmission.ts';
import { retryFailed } from './retryFailed.ts';
import { runExtract } from './runExtract.ts';
import { scramblePayload } from './scramblePayload.ts';
import { setCredentials } from './setCredentials.ts';
import { showAsSent, showSideBySide } from './showAsSent.ts';
import { showChildChanges } from './showChildChanges.ts';
import { showLog } from './showLog.ts';
import { showMoreChanges } from './showMoreChanges.ts';
import { signOffLive } from './signOffLive.ts';
import { startSandbox, stopSandbox } from './startSandbox.ts';
import { submitPayload } from './submitPayload.ts';
import { validateChild } from './validateChild.ts';
import { validatePayload } from './validatePayload.ts';
import { validateWorkspace } from './validateWorkspace.ts';
import { validationReport } from './validationReport.ts';
import { verifyAuditTrail } from './verifyAuditTrail.ts';

/** The views that some commands act on. */
export interface CommandViews {
  readonly changes: ChangesView;
  readonly submissions: SubmissionsView;
}

/** Every command of the extension by id. The manifest declares the same ids, which a test compares. */
export function commandTable(views: CommandViews): Readonly<Record<string, Command>> {
  return {
    'ssd.addConnection': addConnection,
    'ssd.advanceSandbox': advanceSandbox,
    'ssd.changes.applyFilter': applyChangesFilter,
    'ssd.changes.clearFilter': clearChangesFilter,
    'ssd.changes.filter': filterChanges,
    'ssd.changes.hold': holdBack,
    'ssd.changes.include': includeAgain,
    'ssd.changes.openAll': openAllChanges,
    'ssd.changes.openChild': openChild,
    'ssd.changes.search': searchChanges,
    'ssd.changes.showAsSent': showAsSent,
    'ssd.changes.showMore': showMoreChanges(views.changes),
    'ssd.changes.showSideBySide': showSideBySide,
    'ssd.changes.summary': changesSummary,
    'ssd.checkConnection': checkConnection,
    'ssd.chooseConnection': chooseConnection,
    'ssd.compareFiles': compareFiles,
    'ssd.copyChildAsDelta': copyChildAsDelta,
    'ssd.exportAuditTrail': exportAuditTrail,
    'ssd.extractPayload': extractPayload,
    'ssd.getStarted': getStarted,
    'ssd.openSampleWorkspace': openSampleWorkspace,
    'ssd.openSettings': openSettings,
    'ssd.previewDelta': previewDelta,
    'ssd.resetSandbox': resetSandbox,
    'ssd.resumeSubmission': resumeSubmission,
    'ssd.pilotPhases': pilotPhases,
    'ssd.retryFailed': retryFailed,
    'ssd.runExtract': runExtract,
    'ssd.scramblePayload': scramblePayload,
    'ssd.setCredentials': setCredentials,
    'ssd.showAuditTrail': showAuditTrail(views.submissions),
    'ssd.showChildChanges': showChildChanges,
    'ssd.showLog': showLog,
    'ssd.signOffLive': signOffLive,
    'ssd.startSandbox': startSandbox,
    'ssd.stopSandbox': stopSandbox,
    'ssd.submissions.open': openSubmission,
    'ssd.submissions.openBody': openBody,
    'ssd.submissions.refresh': refreshSubmissions(views.submissions),
    'ssd.submitPayload': submitPayload,
    'ssd.validateChild': validateChild,
    'ssd.validatePayload': validatePayload,
    'ssd.validateWorkspace': validateWorkspace,
    'ssd.validationReport': validationReport,
    'ssd.verifyAuditTrail': verifyAuditTrail,
  };
}
