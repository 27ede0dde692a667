import { readFileSync } from 'node:fs';

/** Shell command that writes a text to a file of the instance. */
export const writeFile = (path: string, text: string): string =>
  `cat > ${path} <<'EOF'\n${text.trimEnd()}\nEOF`;

/** Shell command that writes a copy of a local file to the instance. User data has 16 KB in all. */
export const copyFile = (path: string, source: string): string =>
  writeFile(path, readFileSync(source, 'utf8'));

export interface ServiceOptions {
  readonly description: string;
  /** Absolute path of the program, and its arguments. */
  readonly command: string;
  /**
   * Further lines of the section `[Service]`.
   * @default - none
   */
  readonly settings?: readonly string[];
}

/**
 * Shell commands that write a systemd unit and start it, now and at each boot. systemd runs the program as a dynamic user on a
 * read-only file system, and restarts it when it ends.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
 */
export function startService(
  name: string,
  { description, command, settings = [] }: ServiceOptions,
): string[] {
  const unit = [
    '[Unit]',
    `Description=${description}`,
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    ...settings,
    `ExecStart=${command}`,
    'DynamicUser=yes',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'PrivateDevices=yes',
    'Restart=always',
    'RestartSec=1',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n');
  return [writeFile(`/etc/systemd/system/${name}.service`, unit), `systemctl enable --now ${name}`];
}
