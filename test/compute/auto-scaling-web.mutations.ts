import type { Mutation, TemplateEditor } from '../support/mutation';

const WEB = 'AutoScalingWeb/Web';
const ALB = `${WEB}/LoadBalancer/Alb`;
const GROUP = `${WEB}/Servers/Group/ASG`;
const SERVERS_RULE = `${WEB}/Servers/SecurityGroup/from AutoScalingWebLoadBalancerSecurityGroup129FAEDC:8080`;
const ALB_RULE = `${WEB}/LoadBalancer/SecurityGroup/to AutoScalingWebServersSecurityGroupD49ABC70:8080`;

const ALL = { IpProtocol: '-1', FromPort: undefined, ToPort: undefined };
const ANYWHERE = { ...ALL, CidrIp: '0.0.0.0/0' };

const launch = (template: TemplateEditor) =>
  template.properties(`${WEB}/Servers/LaunchTemplate`).LaunchTemplateData as Record<string, unknown>;
const statements = (template: TemplateEditor, path: string) =>
  (template.properties(path).PolicyDocument as { Statement: Record<string, unknown>[] }).Statement;

function setAttribute(
  template: TemplateEditor,
  path: string,
  list: string,
  key: string,
  value: string,
): void {
  const attributes = template.properties(path)[list] as { Key: string; Value: unknown }[];
  for (const attribute of attributes) if (attribute.Key === key) attribute.Value = value;
}

export const mutations: readonly Mutation[] = [
  {
    name: 'the instances accept the application port from the whole VPC',
    apply: (template) => {
      template.properties(`${WEB}/Servers/SecurityGroup`).SecurityGroupIngress = [
        { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.0.0/8' },
      ];
    },
  },
  {
    name: 'the instances stand in public subnets with public addresses, open to the world',
    apply: (template) => {
      template.properties(GROUP).VPCZoneIdentifier = template.properties(ALB).Subnets;
      for (const nic of launch(template).NetworkInterfaces as { AssociatePublicIpAddress: boolean }[]) {
        nic.AssociatePublicIpAddress = true;
      }
      template.properties(`${WEB}/Servers/SecurityGroup`).SecurityGroupIngress = [ANYWHERE];
    },
  },
  {
    name: 'the instances accept everything from the load balancer',
    apply: (template) => {
      Object.assign(template.properties(SERVERS_RULE), ALL);
      Object.assign(template.properties(ALB_RULE), ALL);
    },
  },
  {
    name: 'the instances accept nothing',
    apply: (template) => {
      template.remove(SERVERS_RULE);
    },
  },
  {
    name: 'the load balancer may connect to nothing',
    apply: (template) => {
      template.remove(ALB_RULE);
    },
  },
  {
    name: 'the load balancer may connect to anything',
    apply: (template) => {
      template.properties(`${WEB}/LoadBalancer/SecurityGroup`).SecurityGroupEgress = [ANYWHERE];
    },
  },
  {
    name: 'the load balancer accepts every port',
    apply: (template) => {
      template.properties(`${WEB}/LoadBalancer/SecurityGroup`).SecurityGroupIngress = [ANYWHERE];
    },
  },
  {
    name: 'the load balancer accepts nothing',
    apply: (template) => {
      delete template.properties(`${WEB}/LoadBalancer/SecurityGroup`).SecurityGroupIngress;
    },
  },
  {
    name: 'the instances may connect to anything',
    apply: (template) => {
      template.properties(`${WEB}/Servers/SecurityGroup`).SecurityGroupEgress = [ANYWHERE];
    },
  },
  {
    name: 'the instances may connect to nothing',
    apply: (template) => {
      template.properties(`${WEB}/Servers/SecurityGroup`).SecurityGroupEgress = [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '127.0.0.1/32' },
      ];
    },
  },
  {
    name: 'all instances stand in one AZ',
    apply: (template) => {
      const group = template.properties(GROUP);
      group.VPCZoneIdentifier = (group.VPCZoneIdentifier as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'the load balancer stands in one AZ',
    apply: (template) => {
      const alb = template.properties(ALB);
      alb.Subnets = (alb.Subnets as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'the load balancer stands in the private subnets',
    apply: (template) => {
      template.properties(ALB).Subnets = template.properties(GROUP).VPCZoneIdentifier;
    },
  },
  {
    name: 'HTTP is not redirected',
    apply: (template) => {
      template.properties(`${ALB}/Http`).DefaultActions = [
        { Type: 'forward', TargetGroupArn: template.ref(`${WEB}/TargetGroup`) },
      ];
    },
  },
  {
    name: 'the instances register with no target group',
    apply: (template) => {
      delete template.properties(GROUP).TargetGroupARNs;
    },
  },
  {
    name: 'health checks go to a port that the instances do not open',
    apply: (template) => {
      template.properties(`${WEB}/TargetGroup`).HealthCheckPort = '9000';
    },
  },
  {
    name: 'the load balancer sends to its own AZ only, while one AZ has no instances',
    apply: (template) => {
      template.properties(`${WEB}/TargetGroup`).TargetGroupAttributes = [
        { Key: 'load_balancing.cross_zone.enabled', Value: 'false' },
      ];
      const group = template.properties(GROUP);
      group.VPCZoneIdentifier = (group.VPCZoneIdentifier as unknown[]).slice(0, 2);
    },
  },
  {
    name: 'credentials are handed out by IMDSv1',
    apply: (template) => {
      launch(template).MetadataOptions = { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 };
    },
  },
  {
    name: 'volumes are not encrypted',
    apply: (template) => {
      launch(template).BlockDeviceMappings = [
        { DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', VolumeSize: 8 } },
      ];
    },
  },
  {
    name: 'the instances may read every object',
    apply: (template) => {
      const policy = statements(template, `${WEB}/Servers/Policy`);
      for (const statement of policy) if (statement.Action === 's3:GetObject') statement.Resource = '*';
    },
  },
  {
    name: 'the instances may publish any metric',
    apply: (template) => {
      for (const statement of statements(template, `${WEB}/Servers/Policy`)) delete statement.Condition;
    },
  },
  {
    name: 'the instances may write to every log',
    apply: (template) => {
      const policy = statements(template, `${WEB}/Servers/Policy`);
      for (const statement of policy) {
        if (JSON.stringify(statement.Action).includes('logs:')) statement.Resource = '*';
      }
    },
  },
  {
    name: 'the load balancer decides nothing about the health of instances',
    apply: (template) => {
      template.properties(GROUP).HealthCheckType = 'EC2';
    },
  },
  {
    name: 'instances are judged from their start',
    apply: (template) => {
      template.properties(GROUP).HealthCheckGracePeriod = 0;
    },
  },
  {
    name: 'CPU utilization is kept at 80 %',
    apply: (template) => {
      const policy = template.properties(`${WEB}/Servers/Group/ScalingPolicyCpuTarget`);
      (policy.TargetTrackingConfiguration as { TargetValue: number }).TargetValue = 80;
    },
  },
  {
    name: 'nothing scales',
    apply: (template) => {
      template.remove(`${WEB}/Servers/Group/ScalingPolicyCpuTarget`);
    },
  },
  {
    name: 'instances that were added are never removed',
    apply: (template) => {
      const policy = template.properties(`${WEB}/Servers/Group/ScalingPolicyCpuTarget`);
      (policy.TargetTrackingConfiguration as { DisableScaleIn?: boolean }).DisableScaleIn = true;
    },
  },
  {
    name: 'requests are cut off when an instance goes',
    apply: (template) => {
      const key = 'deregistration_delay.timeout_seconds';
      setAttribute(template, `${WEB}/TargetGroup`, 'TargetGroupAttributes', key, '0');
    },
  },
  {
    name: 'requests are not logged',
    apply: (template) => {
      setAttribute(template, ALB, 'LoadBalancerAttributes', 'access_logs.s3.enabled', 'false');
    },
  },
  {
    name: 'the delivery of logs may not write to the bucket',
    apply: (template) => {
      const policy = statements(template, `${WEB}/LoadBalancer/AccessLogs/Policy`);
      for (const statement of policy) {
        if (statement.Action === 's3:PutObject')
          statement.Principal = { Service: 'delivery.logs.amazonaws.com' };
      }
    },
  },
  {
    name: 'nobody hears of unhealthy instances',
    apply: (template) => {
      template.remove(`${WEB}/UnhealthyTargets`);
    },
  },
];
