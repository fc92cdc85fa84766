import { Type, type Static } from 'typebox';

/** The settings of a project with Atlas's defaults. Longshore keeps them for clients that compare them, and acts on none. */
const DEFAULT_SETTINGS = {
  isAtlasHomePageAiAssistantEnabled: true,
  isClusterAiAssistantEnabled: true,
  isCollectDatabaseSpecificsStatisticsEnabled: true,
  isDataExplorerEnabled: true,
  isDataExplorerGenAIFeaturesEnabled: true,
  isDataExplorerGenAISampleDocumentPassingEnabled: false,
  isDataValidationEnabled: true,
  isExtendedStorageSizesEnabled: false,
  isNativeRerankingEnabled: false,
  isPerformanceAdvisorEnabled: true,
  isRealtimePerformancePanelEnabled: true,
  isSchemaAdvisorEnabled: true,
} as const;

const OptionalBoolean = Type.Optional(Type.Boolean());

/** The changed settings. An absent setting keeps its value. */
export const SettingsChanges = Type.Object({
  isAtlasHomePageAiAssistantEnabled: OptionalBoolean,
  isClusterAiAssistantEnabled: OptionalBoolean,
  isCollectDatabaseSpecificsStatisticsEnabled: OptionalBoolean,
  isDataExplorerEnabled: OptionalBoolean,
  isDataExplorerGenAIFeaturesEnabled: OptionalBoolean,
  isDataExplorerGenAISampleDocumentPassingEnabled: OptionalBoolean,
  isDataValidationEnabled: OptionalBoolean,
  isExtendedStorageSizesEnabled: OptionalBoolean,
  isNativeRerankingEnabled: OptionalBoolean,
  isPerformanceAdvisorEnabled: OptionalBoolean,
  isRealtimePerformancePanelEnabled: OptionalBoolean,
  isSchemaAdvisorEnabled: OptionalBoolean,
});
export const SettingsSchema = Type.Required(SettingsChanges, { $id: 'GroupSettings' });
export type SettingsChanges = Static<typeof SettingsChanges>;

/** What is kept of a project's settings: those that were ever changed. */
export const KeptSettings = Type.Object({
  ...SettingsChanges.properties,
  /** Whether Atlas would choose what counts as a slow operation. Atlas has paths of its own for it. */
  managedSlowMs: OptionalBoolean,
});
export type KeptSettings = Static<typeof KeptSettings>;

/** Returns all settings, as the settings of a project show them. */
export function shownSettings(kept: KeptSettings): Required<SettingsChanges> {
  const shown: KeptSettings & Required<SettingsChanges> = { ...DEFAULT_SETTINGS, ...kept };
  delete shown.managedSlowMs;
  return shown;
}
