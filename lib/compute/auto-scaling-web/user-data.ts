import { join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { startService, writeFile } from '../../shared/systemd';

/** Port of the web servers. A process needs no privileges to listen on it. */
export const APPLICATION_PORT = 8080;
/** The application, one file. Replace it with yours. */
export const APPLICATION = join(__dirname, 'app', 'server.mjs');
/** Namespace of the metrics of the CloudWatch agent. */
export const METRIC_NAMESPACE = 'CWAgent';

const AGENT = '/opt/aws/amazon-cloudwatch-agent';
const SERVER = '/opt/web/server.mjs';

/** User data that installs and starts the web server. */
export function startWebServer(application: Asset, logGroup: ILogGroup): ec2.UserData {
  const userData = ec2.UserData.forLinux();
  userData.addCommands(
    'set -euo pipefail',
    // From the repositories of Amazon Linux, which are in S3. https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html
    'dnf install --assumeyes nodejs24 amazon-cloudwatch-agent',
    writeFile(`${AGENT}/etc/web.json`, JSON.stringify(agentConfiguration(logGroup.logGroupName), null, 2)),
    // The site runs even if the agent does not start.
    `${AGENT}/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:${AGENT}/etc/web.json || echo 'No agent'`,
  );
  userData.addS3DownloadCommand({
    bucket: application.bucket,
    bucketKey: application.s3ObjectKey,
    localFile: SERVER,
    region: Aws.REGION,
  });
  userData.addCommands(
    ...startService('web', {
      description: 'Web server',
      command: `/usr/bin/node-24 ${SERVER}`,
      settings: [
        `Environment=PORT=${APPLICATION_PORT}`,
        'StandardOutput=append:/var/log/web.log',
        'StandardError=inherit',
      ],
    }),
  );
  return userData;
}

/** Signals success to CloudFormation when the web server answers `/health`, and failure otherwise. */
export function signalWhenHealthy(userData: ec2.UserData, group: AutoScalingGroup): void {
  userData.addCommands(
    `timeout 120 bash -c 'until curl --fail --silent --max-time 2 http://localhost:${APPLICATION_PORT}/health; do sleep 1; done'`,
  );
  userData.addSignalOnExitCommand(group);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html */
const agentConfiguration = (logGroupName: string) => ({
  metrics: {
    namespace: METRIC_NAMESPACE,
    append_dimensions: { InstanceId: '${aws:InstanceId}' },
    metrics_collected: {
      mem: { measurement: ['mem_used_percent'] },
      disk: { measurement: ['used_percent'], resources: ['/'], drop_device: true },
    },
  },
  logs: {
    logs_collected: {
      files: {
        collect_list: [
          log('/var/log/cloud-init-output.log', logGroupName, 'boot'),
          log('/var/log/web.log', logGroupName, 'web'),
        ],
      },
    },
  },
});

const log = (path: string, logGroupName: string, name: string) => ({
  file_path: path,
  log_group_name: logGroupName,
  log_stream_name: `{instance_id}/${name}`,
});
