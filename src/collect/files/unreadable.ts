/** The error for a file that cannot be read, with its reason in words for people. Knows no form of file. */

export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 102.4) / 10} MiB`;
}
