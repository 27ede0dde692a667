import { Stack } from 'aws-cdk-lib';
import type { IInstance } from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnDocument } from 'aws-cdk-lib/aws-ssm';

export interface ConnectOptions {
  /**
   * User of the operating system for SSH.
   * @default ec2-user
   */
  readonly osUser?: string;
  /**
   * Instances behind the bastion host to which an SSH key may be sent too.
   * @default - none: the bastion host only
   */
  readonly targets?: readonly IInstance[];
  /**
   * Whether ports may be forwarded through the bastion host to other hosts, for SSH to its targets. Session Manager logs that
   * such a session took place, and not what passed.
   * @default false
   */
  readonly portForwarding?: boolean;
  /**
   * Whether the grantee must have logged in with MFA. Roles of services cannot.
   * @default true
   */
  readonly mfa?: boolean;
}

/** Allows sessions with one document on one instance, and SSH keys for one user. */
export function grantConnect(
  grantee: iam.IGrantable,
  instance: IInstance,
  document: CfnDocument,
  { osUser = 'ec2-user', targets = [], portForwarding = false, mfa = true }: ConnectOptions,
): iam.Grant {
  const stack = Stack.of(instance);
  const arnOf = ({ instanceId }: IInstance) =>
    stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: instanceId });
  const documentArn = (name: string, account?: string) =>
    stack.formatArn({ service: 'ssm', resource: 'document', resourceName: name, account });
  const loggedIn: iam.Conditions = mfa ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {};
  const grants = [
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['ssm:StartSession'],
      resourceArns: [
        arnOf(instance),
        documentArn(document.ref),
        ...(portForwarding ? [documentArn('AWS-StartPortForwardingSessionToRemoteHost', '')] : []),
      ],
      // Without this condition, a session without the name of a document would need no permission for one.
      conditions: { ...loggedIn, BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } },
    }),
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['ssm:TerminateSession', 'ssm:ResumeSession', 'ssmmessages:OpenDataChannel'],
      // Sessions that the caller has started: their ids begin with the caller's name or role session.
      resourceArns: ['${aws:username}', '${aws:userid}'].map((caller) =>
        stack.formatArn({ service: 'ssm', resource: 'session', resourceName: `${caller}-*` }),
      ),
    }),
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['ec2-instance-connect:SendSSHPublicKey'],
      resourceArns: [instance, ...targets].map(arnOf),
      conditions: { ...loggedIn, StringEquals: { 'ec2:osuser': osUser } },
    }),
  ];
  return grants.reduce((all, grant) => all.combine(grant));
}
