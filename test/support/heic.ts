/** A box of the ISO base media file format: its length, its type and its content. */
function box(type: string, ...content: readonly Buffer[]): Buffer {
  const length = content.reduce((sum, { byteLength }) => sum + byteLength, 8);
  return Buffer.concat([u32(length), Buffer.from(type), ...content]);
}

const u16 = (...values: readonly number[]) =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const u32 = (...values: readonly number[]) =>
  u16(...values.flatMap((value) => [value >>> 16, value & 0xffff]));
const text = (value: string) => Buffer.from(`${value}\0`);

/** What an iPhone uploads, as far as a reader without an HEVC decoder gets: 16 by 16 pixels, and no picture data. */
export function heic(): Buffer {
  const data = Buffer.alloc(64, 1);
  const type = box('ftyp', Buffer.from('heic'), u32(0), Buffer.from('mif1heic'));
  const decoder = [
    1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 30, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 0,
  ];
  const meta = (offset: number) =>
    box(
      'meta',
      u32(0),
      box('hdlr', u32(0, 0), Buffer.from('pict'), u32(0, 0, 0), text('')),
      box('pitm', u32(0), u16(1)),
      box('iloc', u32(0), u16(0x4400, 1, 1, 0, 1), u32(offset, data.length)),
      box('iinf', u32(0), u16(1), box('infe', u32(2 << 24), u16(1, 0), Buffer.from('hvc1'), text(''))),
      box(
        'iprp',
        box('ipco', box('ispe', u32(0, 16, 16)), box('hvcC', Buffer.from(decoder))),
        box('ipma', u32(0, 1), u16(1), Buffer.from([2, 1, 0x82])),
      ),
    );
  const offset = type.length + meta(0).length + 8;
  return Buffer.concat([type, meta(offset), box('mdat', data)]);
}
