import type { Mutation } from '../support/mutation';

const BASTION = 'BastionHost/Bastion';
const PRIVATE = 'BastionHost/Private';

const ssh = (source: Record<string, unknown>) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...source });

export const mutations: readonly Mutation[] = [
  {
    name: 'the bastion host accepts SSH from 0.0.0.0/0',
    apply: (template) => {
      const group = template.properties(`${BASTION}/SecurityGroup`);
      group.SecurityGroupIngress = [ssh({ CidrIp: '0.0.0.0/0' })];
    },
  },
  {
    name: 'the bastion host accepts SSH from the VPC',
    apply: (template) => {
      const group = template.properties(`${BASTION}/SecurityGroup`);
      group.SecurityGroupIngress = [ssh({ CidrIp: '10.0.0.0/16' })];
    },
  },
  {
    name: 'the private instance accepts SSH from the VPC',
    apply: (template) => {
      const group = template.properties(`${PRIVATE}/SecurityGroup`);
      group.SecurityGroupIngress = [ssh({ CidrIp: '10.0.0.0/8' })];
    },
  },
  {
    name: 'the private instance accepts everything from the bastion host',
    apply: (template) => {
      const rule = template.properties(
        `${PRIVATE}/SecurityGroup/from BastionHostBastionSecurityGroup0AA9526A:22`,
      );
      Object.assign(rule, { IpProtocol: '-1', FromPort: undefined, ToPort: undefined });
      const group = template.properties(`${BASTION}/SecurityGroup`);
      group.SecurityGroupEgress = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
    },
  },
  {
    name: 'the private instance accepts nothing',
    apply: (template) => {
      template.remove(`${PRIVATE}/SecurityGroup/from BastionHostBastionSecurityGroup0AA9526A:22`);
    },
  },
  {
    name: 'the bastion host may connect to anything',
    apply: (template) => {
      const group = template.properties(`${BASTION}/SecurityGroup`);
      group.SecurityGroupEgress = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
    },
  },
  {
    name: 'the bastion host may not connect to Session Manager',
    apply: (template) => {
      const group = template.properties(`${BASTION}/SecurityGroup`);
      group.SecurityGroupEgress = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/16' }];
    },
  },
  {
    name: 'the private instance may connect to anything, and stands in a private subnet',
    apply: (template) => {
      const group = template.properties(`${PRIVATE}/SecurityGroup`);
      group.SecurityGroupEgress = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
      const bastion = template.properties(`${BASTION}/Instance`);
      const [card] = bastion.NetworkInterfaces as { SubnetId: unknown }[];
      template.properties(`${PRIVATE}/Instance`).SubnetId = card?.SubnetId;
    },
  },
  {
    name: 'the bastion host may read every parameter',
    apply: (template) => {
      const { PolicyDocument } = template.properties(`${BASTION}/SessionManagerPolicy`);
      (PolicyDocument as { Statement: unknown[] }).Statement.push({
        Effect: 'Allow',
        Action: 'ssm:GetParameter*',
        Resource: '*',
      });
    },
  },
  {
    name: 'credentials are handed out by IMDSv1',
    apply: (template) => {
      template.properties(`${BASTION}/Instance`).MetadataOptions = { HttpTokens: 'optional' };
    },
  },
  {
    name: 'the volume is not encrypted',
    apply: (template) => {
      template.properties(`${BASTION}/Instance`).BlockDeviceMappings = [
        { DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', VolumeSize: 8 } },
      ];
    },
  },
  {
    name: 'sessions are logged nowhere',
    apply: (template) => {
      const { Content } = template.properties(`${BASTION}/SessionLogs/Document`);
      delete (Content as { inputs: Record<string, unknown> }).inputs.cloudWatchLogGroupName;
    },
  },
  {
    name: 'a session is logged when it ends',
    apply: (template) => {
      const { Content } = template.properties(`${BASTION}/SessionLogs/Document`);
      (Content as { inputs: Record<string, unknown> }).inputs.cloudWatchStreamingEnabled = false;
    },
  },
  {
    name: 'the bastion host may not write the session log',
    apply: (template) => {
      template.remove(`${BASTION}/SessionLogs/Policy`);
    },
  },
  {
    name: 'the bastion host may write every log',
    apply: (template) => {
      const { PolicyDocument } = template.properties(`${BASTION}/SessionLogs/Policy`);
      const { Statement } = PolicyDocument as { Statement: Record<string, unknown>[] };
      for (const statement of Statement) statement.Resource = '*';
    },
  },
];
