/** The error for a file that cannot be read, with its reason in words for people. Knows no form of file. */

export class UnreadableFileError extends Error {
  override readonly name: string = 'UnreadableFileError';
}

/** Larger than one file may be; an archive may be so all the same, because it is read member by member. */
export class TooLargeFileError extends UnreadableFileError {}

/** Made to harm, or larger than an archive may be: nothing of it is unpacked. */
export class RefusedArchiveError extends UnreadableFileError {}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 102.4) / 10} MiB`;
}
