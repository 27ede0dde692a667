/** Operating system and processor, by npm's names. */
export interface Machine {
  readonly os: string;
  readonly cpu: string;
}

/** `e_machine` of an ELF header, by npm's name for the processor. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7 };

/**
 * Throws when a bundle has no native code, or native code for another machine. A function with such code deploys and then
 * fails at its first event.
 */
export function refuseForeignCode(files: ReadonlyMap<string, Uint8Array>, { os, cpu }: Machine): void {
  // Lambda runs Linux. A bundle for another system is for running here.
  if (os !== 'linux') return;
  const native = [...files].filter(([path]) => /\.(node|so)(\.[\d.]+)?$/.test(path));
  if (native.length === 0)
    throw new Error(`the bundle has no native code: npm installed none for ${os}-${cpu}`);
  for (const [path, content] of native) {
    const header = Buffer.from(content.buffer, content.byteOffset, Math.min(20, content.length));
    const isElf = header.length === 20 && header.toString('latin1', 0, 4) === '\x7fELF';
    if (!isElf || header.readUInt16LE(18) !== ELF_MACHINES[cpu]) {
      throw new Error(`${path} is no native code for ${os}-${cpu}`);
    }
  }
}
