export function migrate(ownerUrl: string, appRole: string): Promise<{ version: string }> { void ownerUrl; void appRole; throw new Error('being written'); }
