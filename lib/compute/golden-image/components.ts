import { InvalidValue } from '../../shared/invalid-value';

/**
 * A component document of Image Builder, as far as this architecture needs it.
 *
 * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html
 */
export interface ComponentDocument {
  /** Letters, digits, `-` and `_`, up to 30. */
  readonly name: string;
  readonly description: string;
  readonly schemaVersion: '1.0';
  readonly phases: readonly Phase[];
}

export interface Phase {
  /** `build` and `validate` run on the build instance, `test` runs on an instance of the new image. */
  readonly name: 'build' | 'validate' | 'test';
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name: string;
  readonly action: 'ExecuteBash';
  readonly onFailure: 'Abort';
  readonly timeoutSeconds: number;
  readonly inputs: { readonly commands: readonly string[] };
}

/** A step that runs a script in Bash. A failure ends the build, and no image is distributed. */
const bash = (name: string, timeoutSeconds: number, script: string): Step => ({
  name,
  action: 'ExecuteBash',
  onFailure: 'Abort',
  timeoutSeconds,
  inputs: { commands: [`set -euo pipefail\n${script.trim()}\n`] },
});

/** Installs what `auto-scaling-web` needs, and a sample web server. Replace the server with yours. */
const install: ComponentDocument = {
  name: 'install',
  description: 'Updates all packages, and installs Node.js, the CloudWatch agent and a web server.',
  schemaVersion: '1.0',
  phases: [
    {
      name: 'build',
      steps: [
        bash(
          'packages',
          1200,
          // Amazon Linux 2023 stays at the release of its image, unless a later one is named.
          // https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades-usage.html
          `
dnf upgrade --assumeyes --releasever=latest
dnf install --assumeyes --releasever=latest nodejs24 amazon-cloudwatch-agent`,
        ),
        bash(
          'web-server',
          60,
          // The service is not enabled: the user data of an instance does this, after it has written its configuration.
          String.raw`
mkdir -p /opt/web /etc/systemd/system
cat > /opt/web/server.mjs <<'EOF'
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(request.url === '/health' ? 'ok\n' : 'Hello from a golden image\n');
});
server.listen(Number(process.env.PORT));
process.once('SIGTERM', () => server.close());
EOF
cat > /etc/systemd/system/web.service <<'EOF'
[Unit]
Description=Web server
Wants=network-online.target
After=network-online.target

[Service]
Environment=PORT=8080
ExecStart=/usr/bin/node-24 /opt/web/server.mjs
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
Restart=always
StandardOutput=append:/var/log/web.log
StandardError=inherit

[Install]
WantedBy=multi-user.target
EOF
systemctl daemon-reload`,
        ),
      ],
    },
  ],
};

const harden: ComponentDocument = {
  name: 'harden',
  description: 'Closes SSH and sets kernel parameters. Session Manager reaches the instances.',
  schemaVersion: '1.0',
  phases: [
    {
      name: 'build',
      steps: [
        bash(
          'ssh',
          60,
          // The settings are for those who enable SSH again.
          `
mkdir -p /etc/ssh/sshd_config.d
cat > /etc/ssh/sshd_config.d/10-golden-image.conf <<'EOF'
PasswordAuthentication no
PermitRootLogin no
X11Forwarding no
EOF
systemctl disable sshd`,
        ),
        bash(
          'kernel',
          60,
          `
mkdir -p /etc/sysctl.d
cat > /etc/sysctl.d/90-golden-image.conf <<'EOF'
kernel.kptr_restrict = 2
kernel.dmesg_restrict = 1
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
EOF`,
        ),
      ],
    },
  ],
};

const test: ComponentDocument = {
  name: 'test',
  description: 'Tests an instance of the new image.',
  schemaVersion: '1.0',
  phases: [
    {
      name: 'test',
      steps: [
        bash(
          'hardening',
          60,
          `
if systemctl is-enabled --quiet sshd; then
  echo 'sshd is enabled' >&2
  exit 1
fi
test "$(sysctl -n kernel.kptr_restrict)" = 2
test "$(sysctl -n net.ipv4.conf.all.accept_redirects)" = 0`,
        ),
        bash(
          'web-server',
          120,
          `
systemctl start web
timeout 60 bash -c 'until curl --fail --silent --max-time 2 http://localhost:8080/health; do sleep 1; done'`,
        ),
      ],
    },
  ],
};

/** The components of the sample image, in the order in which they run. */
export const COMPONENTS: readonly ComponentDocument[] = [install, harden, test];

/** Throws `InvalidValue` for documents that Image Builder would refuse, and for a recipe without a test. */
export function checkComponents(documents: readonly ComponentDocument[]): void {
  const names = documents.map(({ name }) => name);
  if (names.length < 1 || names.length > 20 || new Set(names).size < names.length) {
    throw new InvalidValue('components', names, '1 to 20 documents with different names');
  }
  const badName = names.find((name) => !/^[\w-]{1,30}$/.test(name));
  if (badName !== undefined) {
    throw new InvalidValue('components.name', badName, 'up to 30 letters, digits, - and _');
  }
  const long = documents.find((document) => JSON.stringify(document).length > 16_000);
  if (long) {
    throw new InvalidValue('components', `${long.name}, longer`, 'documents of up to 16,000 characters');
  }
  if (!documents.some(({ phases }) => phases.some(({ name }) => name === 'test'))) {
    throw new InvalidValue('components', names, 'a document with the phase test');
  }
}
