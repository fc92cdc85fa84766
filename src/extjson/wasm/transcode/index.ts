export {
  faultCode,
  faultPosition,
  hintsEnd,
  inputPosition,
  prepareTranscoder,
  transcode,
  transcodedDocuments,
} from './block';
export { powersOfTen } from './schubfach';
