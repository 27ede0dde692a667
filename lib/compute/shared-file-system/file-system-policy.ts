import * as iam from 'aws-cdk-lib/aws-iam';

/** What clients do by NFS. A policy with these only does not concern AWS Backup or the EFS API. */
const CLIENT_ACTIONS = [
  'elasticfilesystem:ClientMount',
  'elasticfilesystem:ClientWrite',
  'elasticfilesystem:ClientRootAccess',
];

/**
 * File system policy that allows nobody anything by itself: a client needs an IAM identity whose own policies allow it to mount.
 * Any policy replaces the default, which lets every client of the network mount as root. For all identities, it denies connections
 * without TLS, mounts without an access point, and root access.
 *
 * @see https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
export function fileSystemPolicy(): iam.PolicyDocument {
  const deny = (sid: string, actions: string[], conditions?: iam.Conditions) =>
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions,
      conditions,
    });
  return new iam.PolicyDocument({
    statements: [
      deny('NoMountWithoutTls', CLIENT_ACTIONS, { Bool: { 'aws:SecureTransport': 'false' } }),
      deny('NoMountWithoutAccessPoint', CLIENT_ACTIONS, {
        Null: { 'elasticfilesystem:AccessPointArn': 'true' },
      }),
      deny('NoRootAccess', ['elasticfilesystem:ClientRootAccess']),
    ],
  });
}
