import * as vscode from 'vscode';

/** VS Code gives extensions no document above this size, in bytes. */
const largestDocument = 50 * 1024 * 1024;

/** Above this size, in bytes, opening a file makes the window pause, so that it is offered and not done unasked. */
const largestUnasked = 10 * 1024 * 1024;

/** Size in bytes of a file; null when there is none. */
async function sizeOf(uri: vscode.Uri): Promise<number | null> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return null;
    throw error;
  }
}

/** Whether a file exists and VS Code would open it in an editor. */
export async function isOpenable(uri: vscode.Uri): Promise<boolean> {
  const size = await sizeOf(uri);
  return size !== null && size < largestDocument;
}

/** Opens a file in an editor unless that would make the window pause; returns whether it did. */
export async function openIfSmallEnough(uri: vscode.Uri): Promise<boolean> {
  const size = await sizeOf(uri);
  if (size === null || size > largestUnasked) return false;
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
  return true;
}

/** Makes a text usable as a file name. */
export function fileName(text: string): string {
  return text.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'unnamed';
}
