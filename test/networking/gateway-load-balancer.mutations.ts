import type { Mutation } from '../support/mutation';

const STACK = 'GatewayLoadBalancer';
const INSPECTION = `${STACK}/Inspection`;
const INSPECTED = `${INSPECTION}/Inspected`;
const SERVICE = `${INSPECTION}/Service`;
const FLEET = `${INSPECTION}/Appliances`;

type Properties = Record<string, unknown>;
const setAttribute = (list: unknown, key: string, value: string) => {
  const found = (list as { Key: string; Value: string }[]).find(({ Key }) => Key === key);
  if (!found) throw new Error(`no attribute ${key}`);
  found.Value = value;
};
const rule = (IpProtocol: string, port: number, CidrIp: string): Properties => ({
  IpProtocol,
  FromPort: port,
  ToPort: port,
  CidrIp,
});
const GENEVE = rule('udp', 6081, '10.5.0.0/24');
const HEALTH = rule('tcp', 8080, '10.5.0.0/24');

export const mutations: readonly Mutation[] = [
  {
    name: 'the internet gateway has no route table of its own',
    apply: (template) => {
      template.remove(`${INSPECTED}/GatewayRouteTable/Association`);
    },
  },
  {
    name: 'what comes in to the second AZ takes the local route',
    apply: (template) => {
      template.remove(`${INSPECTED}/Az2/InboundRoute`);
    },
  },
  {
    name: 'what comes in to the first AZ passes the endpoint of the second',
    apply: (template) => {
      template.properties(`${INSPECTED}/Az1/InboundRoute`).VpcEndpointId = template.ref(
        `${INSPECTED}/Az2/Endpoint`,
      );
    },
  },
  {
    name: 'what goes out of the second AZ passes the endpoint of the first',
    apply: (template) => {
      template.properties(`${INSPECTED}/Az2/OutboundRoute`).VpcEndpointId = template.ref(
        `${INSPECTED}/Az1/Endpoint`,
      );
    },
  },
  {
    name: 'both directions of the second AZ pass the endpoint of the first',
    apply: (template) => {
      for (const route of ['InboundRoute', 'OutboundRoute']) {
        template.properties(`${INSPECTED}/Az2/${route}`).VpcEndpointId = template.ref(
          `${INSPECTED}/Az1/Endpoint`,
        );
      }
    },
  },
  {
    name: 'a workload subnet goes straight to the internet gateway',
    apply: (template) => {
      const route = template.properties(`${INSPECTED}/Az1/OutboundRoute`);
      delete route.VpcEndpointId;
      route.GatewayId = template.ref(`${INSPECTED}/InternetGateway`);
    },
  },
  {
    name: 'neither direction of the first AZ passes an endpoint',
    apply: (template) => {
      template.remove(`${INSPECTED}/Az1/InboundRoute`);
      const route = template.properties(`${INSPECTED}/Az1/OutboundRoute`);
      delete route.VpcEndpointId;
      route.GatewayId = template.ref(`${INSPECTED}/InternetGateway`);
    },
  },
  {
    name: 'the edge route names half of the subnet',
    apply: (template) => {
      template.properties(`${INSPECTED}/Az1/InboundRoute`).DestinationCidrBlock = '10.4.0.128/26';
    },
  },
  {
    name: 'the subnet of an endpoint has no way to the internet gateway',
    apply: (template) => {
      template.remove(`${INSPECTED}/Az2/InspectedRoute`);
    },
  },
  {
    name: 'an endpoint is in the subnet of workloads, whose route leads back to it',
    apply: (template) => {
      template.properties(`${INSPECTED}/Az1/Endpoint`).SubnetIds = [
        template.ref(`${INSPECTED}/Vpc/WorkloadSubnet1/Subnet`),
      ];
    },
  },
  {
    name: 'both endpoints are in one AZ',
    apply: (template) => {
      template.properties(`${INSPECTED}/Az2/Endpoint`).SubnetIds = [
        template.ref(`${INSPECTED}/Vpc/EndpointSubnet1/Subnet`),
      ];
    },
  },
  {
    name: 'the load balancer is in one AZ only',
    apply: (template) => {
      const balancer = template.properties(`${SERVICE}/LoadBalancer`);
      balancer.Subnets = (balancer.Subnets as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'the load balancer keeps to its own AZ',
    apply: (template) => {
      const { LoadBalancerAttributes } = template.properties(`${SERVICE}/LoadBalancer`);
      setAttribute(LoadBalancerAttributes, 'load_balancing.cross_zone.enabled', 'false');
    },
  },
  {
    name: 'the appliances are in one AZ only',
    apply: (template) => {
      const group = template.properties(`${FLEET}/Group/ASG`);
      group.VPCZoneIdentifier = (group.VPCZoneIdentifier as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'the group keeps one appliance',
    apply: (template) => {
      template.properties(`${FLEET}/Group/ASG`).MinSize = '1';
    },
  },
  {
    name: 'the appliances are no targets of the load balancer',
    apply: (template) => {
      template.properties(`${FLEET}/Group/ASG`).TargetGroupARNs = [];
    },
  },
  {
    name: 'an appliance that fails its health check stays',
    apply: (template) => {
      template.properties(`${FLEET}/Group/ASG`).HealthCheckType = 'EC2';
    },
  },
  {
    name: 'the load balancer has no listener',
    apply: (template) => {
      template.remove(`${SERVICE}/Listener`);
    },
  },
  {
    name: 'the target group speaks another protocol',
    apply: (template) => {
      template.properties(`${SERVICE}/TargetGroup`).Protocol = 'UDP';
    },
  },
  {
    name: 'health is checked on another port',
    apply: (template) => {
      template.properties(`${SERVICE}/TargetGroup`).HealthCheckPort = '80';
    },
  },
  {
    name: 'connections stay with an appliance that is gone',
    apply: (template) => {
      const { TargetGroupAttributes } = template.properties(`${SERVICE}/TargetGroup`);
      setAttribute(TargetGroupAttributes, 'target_failover.on_unhealthy', 'no_rebalance');
    },
  },
  {
    name: 'somebody has to accept the endpoints',
    apply: (template) => {
      template.properties(`${SERVICE}/EndpointService`).AcceptanceRequired = true;
    },
  },
  {
    name: 'every account may connect to the appliances',
    apply: (template) => {
      template.add(STACK, 'Everybody', 'AWS::EC2::VPCEndpointServicePermissions', {
        ServiceId: template.ref(`${SERVICE}/EndpointService`),
        AllowedPrincipals: ['*'],
      });
    },
  },
  {
    name: 'the appliances take no GENEVE',
    apply: (template) => {
      template.properties(`${FLEET}/SecurityGroup`).SecurityGroupIngress = [HEALTH];
    },
  },
  {
    name: 'the appliances take GENEVE from the inspected VPC, and not from their own',
    apply: (template) => {
      const group = template.properties(`${FLEET}/SecurityGroup`);
      group.SecurityGroupIngress = [rule('udp', 6081, '10.4.0.0/22'), HEALTH];
    },
  },
  {
    name: 'the appliances take GENEVE from everywhere',
    apply: (template) => {
      const group = template.properties(`${FLEET}/SecurityGroup`);
      group.SecurityGroupIngress = [rule('udp', 6081, '0.0.0.0/0'), HEALTH];
    },
  },
  {
    name: 'the appliances answer no health check',
    apply: (template) => {
      template.properties(`${FLEET}/SecurityGroup`).SecurityGroupIngress = [GENEVE];
    },
  },
  {
    name: 'the appliances may not send GENEVE back',
    apply: (template) => {
      template.properties(`${FLEET}/SecurityGroup`).SecurityGroupEgress = [rule('tcp', 443, '10.5.0.0/24')];
    },
  },
  {
    name: 'the appliances may connect to anything',
    apply: (template) => {
      template.properties(`${FLEET}/SecurityGroup`).SecurityGroupEgress = [
        { IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
      ];
    },
  },
  {
    name: 'the appliances accept SSH from their VPC',
    apply: (template) => {
      const group = template.properties(`${FLEET}/SecurityGroup`);
      group.SecurityGroupIngress = [GENEVE, HEALTH, rule('tcp', 22, '10.5.0.0/24')];
    },
  },
  {
    name: "the appliances' VPC has an internet gateway, and a route to it",
    apply: (template) => {
      template.add(STACK, 'Igw', 'AWS::EC2::InternetGateway', {});
      template.add(STACK, 'IgwAttachment', 'AWS::EC2::VPCGatewayAttachment', {
        VpcId: template.ref(`${INSPECTION}/ApplianceVpc`),
        InternetGatewayId: { Ref: 'Igw' },
      });
      template.add(STACK, 'DefaultRoute', 'AWS::EC2::Route', {
        RouteTableId: template.ref(`${INSPECTION}/ApplianceVpc/ApplianceSubnet1/RouteTable`),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Igw' },
      });
    },
  },
  {
    name: 'the two VPCs are peered',
    apply: (template) => {
      template.add(STACK, 'Peering', 'AWS::EC2::VPCPeeringConnection', {
        VpcId: template.ref(`${INSPECTED}/Vpc`),
        PeerVpcId: template.ref(`${INSPECTION}/ApplianceVpc`),
      });
      for (const [id, table, cidr] of [
        ['There', `${INSPECTED}/Vpc/WorkloadSubnet1`, '10.5.0.0/24'],
        ['Back', `${INSPECTION}/ApplianceVpc/ApplianceSubnet1`, '10.4.0.0/22'],
      ] as const) {
        template.add(STACK, id, 'AWS::EC2::Route', {
          RouteTableId: template.ref(`${table}/RouteTable`),
          DestinationCidrBlock: cidr,
          VpcPeeringConnectionId: { Ref: 'Peering' },
        });
      }
    },
  },
  {
    name: 'appliances hand out credentials by IMDSv1',
    apply: (template) => {
      const data = template.properties(`${FLEET}/LaunchTemplate`).LaunchTemplateData as Properties;
      data.MetadataOptions = { HttpTokens: 'optional' };
    },
  },
  {
    name: 'the volume of the web server is not encrypted',
    apply: (template) => {
      const instance = template.properties(`${STACK}/WebServer/Instance`);
      const [device] = instance.BlockDeviceMappings as { Ebs: Properties }[];
      if (device) device.Ebs.Encrypted = false;
    },
  },
  {
    name: 'there are no flow logs of the inspected VPC',
    apply: (template) => {
      template.remove(`${STACK}/InspectedFlowLogs/FlowLog/FlowLog`);
    },
  },
  {
    name: 'no healthy appliance is not an alarm when nothing is reported',
    apply: (template) => {
      template.properties(`${SERVICE}/Alarms/NoneHealthy`).TreatMissingData = 'notBreaching';
    },
  },
  {
    name: 'the alarm for no healthy appliance watches the metric of a Network Load Balancer',
    apply: (template) => {
      template.properties(`${SERVICE}/Alarms/NoneHealthy`).Namespace = 'AWS/NetworkELB';
    },
  },
  {
    name: 'there is no alarm for an unhealthy appliance',
    apply: (template) => {
      template.remove(`${SERVICE}/Alarms/Unhealthy`);
    },
  },
];
