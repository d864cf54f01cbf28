/**
 * The catalogue of coded errors. Owns: every code, its sentence and its one next step. Does not own: how a code is
 * shown (portal, terminal, problem+json) or mapped to Temporal (activities/failures.ts).
 *
 * Users and callers match the code, never the text. Messages name what failed and on what; they never hold a secret, a
 * response body or a stack.
 */

/** `retryable`: another try without any change by a person can succeed. `next`: the one thing to do. `http`: API status. */
export interface ErrorDefinition {
  readonly retryable: boolean;
  readonly http: number;
  readonly next: string;
}

const define = <T extends Record<string, ErrorDefinition>>(catalogue: T): T => catalogue;

export const ERRORS = define({
  // Collection: talking to a platform
  'PLB-COLLECT-001': { retryable: true, http: 502, next: 'Check that the platform is running and that the address and port are right, then scan again.' },
  'PLB-COLLECT-002': { retryable: false, http: 422, next: 'Enter a key that the platform accepts (in a terminal, set PLUMBLINE_KEY), then scan again.' },
  'PLB-COLLECT-003': { retryable: false, http: 422, next: 'Give the key the missing right named above, then scan again.' },
  'PLB-COLLECT-004': { retryable: false, http: 502, next: 'Check that the address ends at the API, not at the editor or a sign-in page.' },
  'PLB-COLLECT-005': { retryable: true, http: 502, next: 'Scan again; if it repeats, a proxy between Plumbline and the platform cuts answers short.' },
  'PLB-COLLECT-006': { retryable: true, http: 502, next: 'Nothing to do: the platform asked for a pause and the scan goes on after it.' },
  'PLB-COLLECT-007': { retryable: false, http: 422, next: 'Use an address that this platform may be reached at; see docs/security.md, "The outbound door".' },
  'PLB-COLLECT-008': { retryable: false, http: 502, next: 'Compare with the limits in docs/operations.md, which are fixed: take what is needlessly large out of the platform, or judge its exports with `plumbline scan`.' },
  'PLB-COLLECT-009': { retryable: false, http: 422, next: 'Use a key of an owner or administrator: this one sees only its own items.' },
  'PLB-COLLECT-010': { retryable: false, http: 422, next: 'Choose one of the connectors that `plumbline connector list` prints.' },
  'PLB-COLLECT-011': { retryable: false, http: 422, next: 'Correct the manifest at the place named above.' },
  'PLB-COLLECT-012': { retryable: false, http: 422, next: 'Export the file again from the platform; the rest of the folder was judged.' },
  'PLB-COLLECT-013': { retryable: true, http: 502, next: 'Scan again; if it repeats, the platform answers pages in a loop and its version should be reported to us.' },
  'PLB-COLLECT-014': { retryable: true, http: 502, next: 'The platform reported an error of its own; look at its log, then scan again.' },
  'PLB-COLLECT-015': { retryable: false, http: 502, next: 'Give the key the right to read what names that address, then scan again.' },
  'PLB-COLLECT-016': { retryable: false, http: 502, next: 'Nothing was stored. Wait as long as it says, then try again.' },
  'PLB-COLLECT-017': { retryable: false, http: 422, next: 'Name that place in the manifest (`secrets` or `redact`), or how it is decoded (`decode`), then record again; or record an account that holds no secret there.' },
  // Scans, baselines, schedules
  'PLB-SCAN-001': { retryable: false, http: 404, next: 'Open the list of scans and choose one that exists.' },
  'PLB-SCAN-002': { retryable: false, http: 409, next: 'Wait for the running scan to finish; this request joined it.' },
  'PLB-SCAN-003': { retryable: false, http: 409, next: 'Start it again when you want it finished.' },
  'PLB-BASELINE-001': { retryable: false, http: 403, next: 'Ask another officer to approve: whoever proposes a baseline cannot approve it.' },
  'PLB-BASELINE-002': { retryable: false, http: 409, next: 'Reload the page: this baseline has been decided already.' },
  'PLB-BASELINE-003': { retryable: false, http: 422, next: 'Propose a scan that read everything it should; this one is incomplete.' },
  'PLB-SCHEDULE-001': { retryable: false, http: 422, next: 'Correct the schedule at the field named above.' },
  // Assessments and links
  'PLB-ASSESS-001': { retryable: false, http: 404, next: 'Ask the sender for a new link: this one is unknown, used up or expired.' },
  'PLB-ASSESS-002': { retryable: false, http: 409, next: 'Reload the page: the questionnaire was already submitted or closed.' },
  'PLB-ASSESS-003': { retryable: false, http: 422, next: 'Answer the questions named above, then submit again.' },
  'PLB-ASSESS-004': { retryable: false, http: 409, next: 'Somebody saved these answers in another window; compare and save again.' },
  'PLB-PACK-001': { retryable: false, http: 422, next: 'Correct the pack file at the place named above.' },
  // Mail
  'PLB-MAIL-001': { retryable: true, http: 502, next: 'Check SMTP_URL and that the mail server can be reached; sending is tried again.' },
  'PLB-MAIL-002': { retryable: false, http: 502, next: 'Correct the address: the mail server refused it for good.' },
  // Reports
  'PLB-REPORT-001': { retryable: true, http: 500, next: 'Produce the report again; if it repeats run `bin/plumbline doctor` and look at Chromium.' },
  'PLB-REPORT-002': { retryable: false, http: 500, next: 'The text of the PDF differs from its data, so it was not published; report this with the report id.' },
  'PLB-REPORT-003': { retryable: false, http: 404, next: 'Open the list of reports and choose one that exists.' },
  // Record
  'PLB-AUDIT-001': { retryable: false, http: 500, next: 'Stop writing, keep the data folder as it is, and compare with the last checkpoint you hold.' },
  'PLB-AUDIT-002': { retryable: false, http: 422, next: 'Name a file that `plumbline audit export` or the audit page of the portal has written.' },
  // Identity and API
  'PLB-AUTH-001': { retryable: false, http: 401, next: 'Sign in.' },
  'PLB-AUTH-002': { retryable: false, http: 403, next: 'Ask an administrator for the role this needs.' },
  'PLB-AUTH-003': { retryable: false, http: 410, next: 'Run `bin/plumbline first-admin` for a new link, or ask an administrator to invite you again.' },
  'PLB-AUTH-004': { retryable: false, http: 401, next: 'Check the address and the password; after several tries wait a minute.' },
  'PLB-API-001': { retryable: false, http: 400, next: 'Correct the fields named above.' },
  'PLB-API-002': { retryable: false, http: 404, next: 'Check the address: nothing is there.' },
  'PLB-API-003': { retryable: true, http: 503, next: 'Wait a moment and try again: a part of Plumbline is not answering.' },
  'PLB-API-004': { retryable: false, http: 409, next: 'Reload the page: somebody changed this meanwhile.' },
  'PLB-API-005': { retryable: true, http: 429, next: 'Wait a minute, then try again.' },
  'PLB-API-006': { retryable: false, http: 403, next: 'Send the request from the portal itself.' },
  // Start-up and the machine
  'PLB-START-001': { retryable: false, http: 500, next: 'Stop the program that uses the port, or choose another with PLUMBLINE_PORT.' },
  'PLB-START-002': { retryable: false, http: 500, next: 'Stop the other Plumbline on this data folder, or choose another folder with PLUMBLINE_HOME.' },
  'PLB-START-003': { retryable: false, http: 500, next: 'Free disk space, then start again; nothing stored was lost.' },
  'PLB-START-004': { retryable: false, http: 500, next: 'Connect to a network once, or set TEMPORAL_CLI_PATH to a Temporal CLI binary, or TEMPORAL_ADDRESS to a server.' },
  'PLB-START-005': { retryable: false, http: 500, next: 'See the log file named above; then set DATABASE_URL to use a PostgreSQL of your own.' },
  'PLB-START-006': { retryable: false, http: 500, next: 'Set PUPPETEER_EXECUTABLE_PATH to a Chromium or Chrome binary.' },
  'PLB-START-007': { retryable: false, http: 500, next: 'Give the application its own role that is neither owner nor superuser and has no BYPASSRLS.' },
  'PLB-START-008': { retryable: false, http: 500, next: 'Check that the address answers and that the namespace exists.' },
  'PLB-START-009': { retryable: false, http: 500, next: 'Make the folder writable for this user, or choose another with PLUMBLINE_HOME.' },
  'PLB-START-010': { retryable: false, http: 500, next: 'Correct the setting named above.' },
  'PLB-START-011': { retryable: true, http: 500, next: 'Connect to a network once so that npm can fetch it, then start again; or start with --no-demo.' },
  'PLB-START-012': { retryable: false, http: 500, next: 'See the log file named above, then start again; or start with --no-demo.' },
  'PLB-START-013': { retryable: false, http: 500, next: 'Install npm beside Node.js, then start again; or start with --no-demo.' },
  'PLB-INTERNAL-002': { retryable: true, http: 500, next: 'Try again; if it repeats, run `bin/plumbline doctor` and look at the log of the worker.' },
  'PLB-INTERNAL-001': { retryable: false, http: 500, next: 'Report this with the time and the code; the log holds the rest.' },
});

export type ErrorCode = keyof typeof ERRORS;

/** Facts that may be shown: never secrets, never response bodies. `retryAfterMs`, where set, is honoured by retries. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** The one error class. Thrown wherever a person has something to do about it; anything else is a defect. */
export class PlumblineError extends Error {
  override readonly name = 'PlumblineError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  get next(): string {
    return ERRORS[this.code].next;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** What a person sees: `PLB-X-001 sentence. next step`. */
export function describeError(error: PlumblineError): string {
  return `${error.code} ${error.message} ${error.next}`;
}
