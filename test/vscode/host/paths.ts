import path from 'node:path';

/** The repository root; this file is three levels below it. */
export const repositoryRoot = path.join(import.meta.dirname, '..', '..', '..');

/** Where downloaded editors are kept between runs; ignored by git. */
export const editorCache = path.join(repositoryRoot, '.vscode-test');

/** Where a run leaves its results, logs and screenshots; ignored by git. */
export const outputFolder = path.join(repositoryRoot, 'out');
