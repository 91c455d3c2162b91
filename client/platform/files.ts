import * as vscode from 'vscode';

/** VS Code gives extensions no document above this size, in bytes. */
const largestDocument = 50 * 1024 * 1024;

/** Whether a file exists and VS Code would open it in an editor. */
export async function isOpenable(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size < largestDocument;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}

/** Opens a file in an editor unless VS Code would refuse it; returns whether it did. */
export async function openIfSmallEnough(uri: vscode.Uri): Promise<boolean> {
  if (!(await isOpenable(uri))) return false;
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
  return true;
}

/** Makes a text usable as a file name. */
export function fileName(text: string): string {
  return text.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'unnamed';
}
