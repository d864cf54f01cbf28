/**
 * Addresses whose path is all that guards them: whoever knows one may post or read. Owns the services known to hand out such. A webhook of
 * the platform itself is none: its path says where it is, and drift needs it.
 */

/** `near`: in small letters, one of them surely stands in a match. The group holds the part that is secret; the host stays readable. */
export interface CapabilityAddress {
  readonly near: readonly string[];
  readonly pattern: RegExp;
}

export const CAPABILITY_ADDRESSES: readonly CapabilityAddress[] = [
  { near: ['hooks.slack'], pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9_/-]{8,})/g },
  { near: ['webhooks/'], pattern: /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/(\d+\/[A-Za-z0-9_-]{8,})/g },
  { near: ['webhookb2'], pattern: /\.webhook\.office\.com\/webhookb2\/([^\s"'?]{16,})/g },
  { near: ['outlook.office'], pattern: /\boutlook\.office(?:365)?\.com\/webhook\/([^\s"'?]{16,})/g },
  { near: ['hook.'], pattern: /\bhook\.(?:[a-z0-9.-]{0,16}make|integromat)\.com\/([A-Za-z0-9_-]{16,64})/g },
  { near: ['hooks.zapier'], pattern: /\bhooks\.zapier\.com\/hooks\/[a-z]{3,12}\/(\d{1,12}\/[A-Za-z0-9_-]{4,64})/g },
  { near: ['mcp.zapier'], pattern: /\bmcp\.zapier\.com\/api\/mcp\/[a-z]\/([A-Za-z0-9_=-]{16,256})/g },
  { near: ['script.google'], pattern: /\bscript\.google\.com\/(?:a\/)?macros\/(?:[a-z0-9.-]{1,64}\/)?s\/([A-Za-z0-9_-]{8,128})\/exec/g },
  { near: ['api.telegram'], pattern: /\bapi\.telegram\.org\/(?:file\/)?bot(\d{6,12}:[A-Za-z0-9_-]{20,64})/g },
  { near: ['maker.ifttt'], pattern: /\bmaker\.ifttt\.com\/[^\s"'?]{0,80}?with\/key\/([A-Za-z0-9_-]{8,64})/g },
  { near: ['pagerduty'], pattern: /\bevents(?:\.eu)?\.pagerduty\.com\/(?:integration|v1)\/([0-9a-zA-Z]{16,64})/g },
  { near: ['open-apis/bot'], pattern: /\bopen\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v2\/)?hook\/([A-Za-z0-9-]{16,64})/g },
  { near: ['calendar/ical'], pattern: /\bcalendar\.google\.com\/calendar\/ical\/[^\s/"']{1,128}\/private-([0-9a-f]{16,64})/g },
  { near: ['hooks.airtable'], pattern: /\bhooks\.airtable\.com\/workflows\/v1\/genericWebhook\/([A-Za-z0-9/]{20,80})/g },
  { near: ['.tines.'], pattern: /\.tines\.(?:com|io)\/webhook\/[A-Za-z0-9_-]{8,64}\/([A-Za-z0-9]{16,64})/g },
];
