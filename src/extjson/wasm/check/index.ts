export {
  badDocument,
  badDocumentCount,
  check,
  checkedDocuments,
  checkedPosition,
  isDamaged,
  lookAlikeCount,
  prepareChecker,
} from './check';
