// Two calculators that nobody here wrote: JSON lines of {"id", "text"} in, {"id", "twilio": [...], "split": [...]} out.
'use strict';
const readline = require('readline');
const { SegmentedMessage } = require('sms-segments-calculator');
const { split } = require('split-sms');

const byTwilio = (text) => {
  const message = new SegmentedMessage(text, 'auto', false);
  const isGsm = message.getEncodingName() === 'GSM-7';
  const units = message.numberOfCharacters === undefined ? null : [...message.encodedChars].reduce(
    (sum, one) => sum + (isGsm ? one.codeUnits.length : one.codeUnits.length), 0);
  return [isGsm ? 'gsm7' : 'ucs2', units, message.segmentsCount];
};
const bySplit = (text) => {
  const made = split(text);
  const isGsm = made.characterSet === 'GSM';
  return [isGsm ? 'gsm7' : 'ucs2', isGsm ? made.bytes : made.bytes / 2, made.parts.length];
};
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, text } = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id, twilio: byTwilio(text), split: bySplit(text) }) + '\n');
});
