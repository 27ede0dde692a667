import fc from 'fast-check';
import {
  documentPages,
  MOST_PAGES,
  PAGE_BYTES,
  pagesOf,
  transcriptText,
} from '../../lib/serverless/media-workflow/handler/pages';
import { redact, withoutPersonal } from '../../lib/serverless/media-workflow/handler/redact';

describe('pages of media-workflow', () => {
  it('have at most 4,500 bytes, and together the whole text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 60 }), (words) => {
        const text = words.join(' ');
        const pages = pagesOf([text]);
        for (const page of pages) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(PAGE_BYTES);
        expect(pages.join('').trim()).toBe(text.trim());
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('are cut between words, and a word only when it is longer than a page', () => {
    const words = 'word '.repeat(1000);
    expect(pagesOf([words]).map((page) => page.length)).toEqual([4500, 500]);
    expect(pagesOf(['é'.repeat(3000)]).map((page) => page.length)).toEqual([2250, 750]);
  });

  it('leave out what has no word', () => {
    expect(pagesOf(['', ' \n', 'a'])).toEqual(['a']);
  });

  it('are 200 at most', () => {
    const texts = (count: number) => Array.from({ length: count }, () => 'a');
    expect(pagesOf(texts(MOST_PAGES))).toHaveLength(200);
    expect(() => pagesOf(texts(201))).toThrow('got 201 pages of 4500 bytes, expected at most 200');
  });

  it('of a document have its lines, in the order of the pages', () => {
    const line = (Page: number | undefined, Text: string) => ({ BlockType: 'LINE', Page, Text });
    expect(
      documentPages([
        line(2, 'c'),
        line(undefined, 'a'),
        { BlockType: 'WORD', Page: 1, Text: 'x' },
        line(1, 'b'),
      ]),
    ).toEqual(['a\nb', 'c']);
  });

  it('of audio have its speakers, where Transcribe tells them', () => {
    const transcripts = [{ transcript: 'Hello. Hi.' }];
    expect(transcriptText({ results: { transcripts } })).toBe('Hello. Hi.');
    const audio_segments = [{ speaker_label: 'spk_0', transcript: 'Hello.' }, { transcript: 'Hi.' }];
    expect(transcriptText({ results: { transcripts, audio_segments } })).toBe('spk_0: Hello.\nHi.');
  });
});

describe('redaction of media-workflow', () => {
  const span = (BeginOffset: number, EndOffset: number, Type = 'NAME') => ({ BeginOffset, EndOffset, Type });

  it('replaces personal data by its type, counted in characters', () => {
    expect(redact('🎉 Ann, Bob', [span(7, 10, 'NAME'), span(2, 5, 'NAME')])).toBe('🎉 [NAME], [NAME]');
  });

  it('replaces as one what overlaps', () => {
    expect(redact('Ann Lee 5', [span(0, 3), span(0, 7, 'ADDRESS'), span(4, 9, 'AGE')])).toBe('[NAME]');
  });

  it('leaves no character of personal data, and all others', () => {
    const spans = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 6 });
    fc.assert(
      fc.property(spans, (pairs) => {
        const text = Array.from({ length: 31 }, (_, index) => String.fromCodePoint(0x1f600 + index));
        const personal = pairs.map(([one, other]) =>
          span(Math.min(one, other), Math.max(one, other) + 1, 'X'),
        );
        const isPersonal = (index: number) =>
          personal.some(({ BeginOffset, EndOffset }) => index >= BeginOffset && index < EndOffset);
        const redacted = redact(text.join(''), personal);
        for (const [index, character] of text.entries()) {
          expect(redacted.includes(character)).toBe(!isPersonal(index));
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('drops entities that share a character with personal data', () => {
    const entity = (BeginOffset: number, EndOffset: number) => ({
      ...span(BeginOffset, EndOffset),
      Text: '',
      Score: 1,
    });
    const kept = withoutPersonal([entity(0, 3), entity(3, 5), entity(4, 8), entity(9, 12)], [span(5, 9)]);
    expect(kept.map(({ BeginOffset }) => BeginOffset)).toEqual([0, 3, 9]);
  });
});
