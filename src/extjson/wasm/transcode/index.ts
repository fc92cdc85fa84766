export {
  faultCode,
  faultPosition,
  forgetOutput,
  hintsEnd,
  inputPosition,
  prepareTranscoder,
  transcode,
  transcodedDocuments,
} from './block';
export { powersOfTen } from './schubfach';
