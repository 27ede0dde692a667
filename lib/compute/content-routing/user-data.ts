import { join } from 'node:path';
import { copyFile, startService, writeFile } from '../../shared/systemd';

const FOLDER = '/opt/applications';

/** Commands that install Node.js and start `server.mjs`. `applications` is its configuration in JSON. */
export function startApplications(applications: string): string[] {
  return [
    'set -euo pipefail',
    // From the repositories of Amazon Linux, which are in S3. https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html
    'dnf install --assumeyes nodejs24',
    `mkdir -p ${FOLDER}`,
    copyFile(`${FOLDER}/server.mjs`, join(__dirname, 'app', 'server.mjs')),
    writeFile(`${FOLDER}/applications.json`, applications),
    ...startService('applications', {
      description: 'Applications',
      command: `/usr/bin/node-24 ${FOLDER}/server.mjs ${FOLDER}/applications.json`,
    }),
  ];
}
