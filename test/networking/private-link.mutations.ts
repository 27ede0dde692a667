import type { Mutation, TemplateEditor } from '../support/mutation';

const STACK = 'PrivateLink';
const SERVICE = 'PrivateLink/Link/Service';
const BALANCER = `${SERVICE}/Nlb`;
const TARGETS = `${SERVICE}/TargetGroup`;
const OFFER = `${SERVICE}/EndpointService/EndpointService`;
const PERMISSIONS = `${SERVICE}/EndpointService/Permissions`;
const ENDPOINT = 'PrivateLink/Link/Endpoint/Endpoint';
const SERVERS = 'PrivateLink/WebServers';
const CIDR = '10.1.0.0/24';

const subnet = (template: TemplateEditor, vpc: string, index: number) =>
  template.ref(`PrivateLink/${vpc}/Vpc/IsolatedSubnet${index}/Subnet`);
const all = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
const port = (number: number) => ({ IpProtocol: 'tcp', FromPort: number, ToPort: number, CidrIp: CIDR });
/** Lets a security group accept and open more. */
const widen = (template: TemplateEditor, group: string, rules: { in?: object; out?: object }) => {
  const properties = template.properties(group);
  if (rules.in) properties.SecurityGroupIngress = [rules.in];
  if (rules.out) properties.SecurityGroupEgress = [rules.out];
};
const launchData = (template: TemplateEditor) =>
  template.properties(`${SERVERS}/LaunchTemplate`).LaunchTemplateData as Record<string, unknown>;

export const mutations: readonly Mutation[] = [
  {
    name: "the consumer's VPC has other addresses than the provider's",
    apply: (template) => {
      template.properties('PrivateLink/Consumer/Vpc').CidrBlock = '10.2.0.0/24';
    },
  },
  {
    name: 'the endpoint stands in one AZ only',
    apply: (template) => {
      template.properties(ENDPOINT).SubnetIds = [subnet(template, 'Consumer', 1)];
    },
  },
  {
    name: 'the load balancer stands in one AZ only',
    apply: (template) => {
      template.properties(BALANCER).Subnets = [subnet(template, 'Provider', 1)];
    },
  },
  {
    name: 'the servers stand in one AZ only',
    apply: (template) => {
      const group = template.properties(`${SERVERS}/Group/ASG`);
      group.VPCZoneIdentifier = [subnet(template, 'Provider', 2)];
    },
  },
  {
    name: 'a load balancer sends to the servers of its own AZ only',
    apply: (template) => {
      template.properties(BALANCER).LoadBalancerAttributes = [];
    },
  },
  {
    name: 'the endpoint leads to the service of somebody else',
    apply: (template) => {
      template.properties(ENDPOINT).ServiceName = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0';
    },
  },
  {
    name: 'the inbound rules of the load balancer, of which there are none, are applied to endpoints',
    apply: (template) => {
      delete template.properties(BALANCER).EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
    },
  },
  {
    name: "the load balancer accepts connections from the provider's VPC",
    apply: (template) => {
      widen(template, `${SERVICE}/SecurityGroup`, { in: port(80) });
    },
  },
  {
    name: 'the load balancer has no security group',
    apply: (template) => {
      delete template.properties(BALANCER).SecurityGroups;
    },
  },
  {
    name: 'the load balancer has no listener',
    apply: (template) => {
      template.remove(`${BALANCER}/Listener`);
    },
  },
  {
    name: 'the load balancer sends to a port on which nobody listens',
    apply: (template) => {
      template.properties(TARGETS).Port = 80;
    },
  },
  {
    name: 'the servers are not registered',
    apply: (template) => {
      delete template.properties(`${SERVERS}/Group/ASG`).TargetGroupARNs;
    },
  },
  {
    name: 'SSH of the servers is offered too, and everybody may open it',
    apply: (template) => {
      template.add(STACK, 'SshTargets', 'AWS::ElasticLoadBalancingV2::TargetGroup', {
        ...template.properties(TARGETS),
        Port: 22,
      });
      template.add(STACK, 'SshListener', 'AWS::ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: template.ref(BALANCER),
        Port: 22,
        Protocol: 'TCP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'SshTargets' } }],
      });
      const group = template.properties(`${SERVERS}/Group/ASG`);
      (group.TargetGroupARNs as unknown[]).push({ Ref: 'SshTargets' });
      const client = 'PrivateLink/Client/SecurityGroup';
      for (const one of [client, `${SERVICE}/SecurityGroup`]) widen(template, one, { out: port(22) });
      for (const one of ['PrivateLink/Link/Endpoint/SecurityGroup', `${SERVERS}/SecurityGroup`]) {
        widen(template, one, { in: port(22) });
      }
    },
  },
  {
    name: "the servers accept connections from the provider's VPC",
    apply: (template) => {
      widen(template, `${SERVERS}/SecurityGroup`, { in: port(8080) });
    },
  },
  {
    name: 'the load balancer may open SSH connections to the servers, which accept them',
    apply: (template) => {
      widen(template, `${SERVICE}/SecurityGroup`, { out: port(22) });
      widen(template, `${SERVERS}/SecurityGroup`, { in: port(22) });
    },
  },
  {
    name: "everything in the consumer's VPC may use the endpoint",
    apply: (template) => {
      widen(template, 'PrivateLink/Link/Endpoint/SecurityGroup', { in: port(80) });
    },
  },
  {
    name: 'the client may open any connection',
    apply: (template) => {
      widen(template, 'PrivateLink/Client/SecurityGroup', { out: all });
    },
  },
  {
    name: 'the client accepts any connection from the administrators’ door, which may open any',
    apply: (template) => {
      widen(template, 'PrivateLink/Client/SecurityGroup', { in: all });
      widen(template, 'PrivateLink/InstanceConnectEndpoint/SecurityGroup', { out: all });
    },
  },
  {
    name: 'the client stands in the VPC of the provider',
    apply: (template) => {
      template.properties('PrivateLink/Client/Instance').SubnetId = subnet(template, 'Provider', 1);
    },
  },
  {
    name: 'the VPCs are peered, with a route to a part of the other one',
    apply: (template) => {
      template.properties('PrivateLink/Consumer/Vpc').CidrBlock = '10.1.0.0/24';
      template.properties('PrivateLink/Provider/Vpc').CidrBlock = '10.1.1.0/24';
      template.properties('PrivateLink/Provider/Vpc/IsolatedSubnet1/Subnet').CidrBlock = '10.1.1.0/25';
      template.properties('PrivateLink/Provider/Vpc/IsolatedSubnet2/Subnet').CidrBlock = '10.1.1.128/25';
      template.add(STACK, 'Peering', 'AWS::EC2::VPCPeeringConnection', {
        VpcId: template.ref('PrivateLink/Provider/Vpc'),
        PeerVpcId: template.ref('PrivateLink/Consumer/Vpc'),
      });
      for (const [vpc, other] of [
        ['Provider', '10.1.0.0/24'],
        ['Consumer', '10.1.1.0/24'],
      ] as const) {
        template.add(STACK, `${vpc}Route`, 'AWS::EC2::Route', {
          RouteTableId: template.ref(`PrivateLink/${vpc}/Vpc/IsolatedSubnet1/RouteTable`),
          DestinationCidrBlock: other,
          VpcPeeringConnectionId: { Ref: 'Peering' },
        });
      }
    },
  },
  {
    name: 'the consumer has a way to the internet',
    apply: (template) => {
      template.add(STACK, 'Gateway', 'AWS::EC2::InternetGateway', {});
      template.add(STACK, 'Attachment', 'AWS::EC2::VPCGatewayAttachment', {
        VpcId: template.ref('PrivateLink/Consumer/Vpc'),
        InternetGatewayId: { Ref: 'Gateway' },
      });
      template.add(STACK, 'WayOut', 'AWS::EC2::Route', {
        RouteTableId: template.ref('PrivateLink/Consumer/Vpc/IsolatedSubnet2/RouteTable'),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Gateway' },
      });
    },
  },
  {
    name: 'every account may connect',
    apply: (template) => {
      template.properties(PERMISSIONS).AllowedPrincipals = ['*'];
    },
  },
  {
    name: 'nobody may connect',
    apply: (template) => {
      template.remove(PERMISSIONS);
    },
  },
  {
    name: 'somebody has to accept the endpoint of the same stack',
    apply: (template) => {
      template.properties(OFFER).AcceptanceRequired = true;
    },
  },
  {
    name: 'servers that do not answer are not replaced',
    apply: (template) => {
      template.properties(`${SERVERS}/Group/ASG`).HealthCheckType = 'EC2';
    },
  },
  {
    name: 'the servers install what the image does not have',
    apply: (template) => {
      launchData(template).UserData = { 'Fn::Base64': '#!/bin/bash\ndnf install --assumeyes nginx' };
    },
  },
  {
    name: 'the servers hand out credentials by IMDSv1',
    apply: (template) => {
      launchData(template).MetadataOptions = { HttpTokens: 'optional' };
    },
  },
  {
    name: 'the volumes of the servers are not encrypted',
    apply: (template) => {
      launchData(template).BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } }];
    },
  },
  {
    name: 'an alarm watches healthy servers of another target group',
    apply: (template) => {
      const [loadBalancer] = template.properties(`${SERVICE}/Alarms/NoneHealthy`).Dimensions as object[];
      template.properties(`${SERVICE}/Alarms/NoneHealthy`).Dimensions = [loadBalancer];
    },
  },
  {
    name: 'a target group without servers is not an alarm',
    apply: (template) => {
      template.properties(`${SERVICE}/Alarms/NoneHealthy`).TreatMissingData = 'notBreaching';
    },
  },
  {
    name: 'there is no alarm for an unhealthy server',
    apply: (template) => {
      template.remove(`${SERVICE}/Alarms/Unhealthy`);
    },
  },
];
