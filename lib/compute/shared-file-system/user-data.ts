import type { IAccessPoint } from 'aws-cdk-lib/aws-efs';

/** Where instances mount the access point. */
export const MOUNT_POINT = '/mnt/shared';

/**
 * Shell commands that mount an access point at each start of an instance. They may run again: then they change nothing.
 *
 * If the mount fails for five minutes, the instance shuts down, because the group would take it for healthy without its files.
 * The group then replaces it. A new mount target's name may need 90 seconds to resolve.
 *
 * @see https://docs.aws.amazon.com/efs/latest/ug/mount-fs-auto-mount-update-fstab.html
 */
export function mountAtStart({ fileSystem, accessPointId }: IAccessPoint): string[] {
  // Without _netdev, an instance may hang at its next start.
  const options = `_netdev,noresvport,tls,iam,accesspoint=${accessPointId}`;
  return [
    'set -euo pipefail',
    "trap 'shutdown now' ERR",
    // From the repositories of Amazon Linux, which are in S3.
    'dnf install --assumeyes amazon-efs-utils',
    `mkdir -p ${MOUNT_POINT}`,
    `grep -q ' ${MOUNT_POINT} efs ' /etc/fstab || echo '${fileSystem.fileSystemId}:/ ${MOUNT_POINT} efs ${options} 0 0' >> /etc/fstab`,
    'for attempt in {1..30}; do',
    `  mountpoint -q ${MOUNT_POINT} && break`,
    `  mount ${MOUNT_POINT} || sleep 10`,
    'done',
    `mountpoint -q ${MOUNT_POINT}`,
  ];
}
