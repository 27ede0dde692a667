import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface InspectedVpcProps {
  readonly vpcCidr: string;
  readonly azCount: number;
  /** Name of the endpoint service of the appliances. */
  readonly serviceName: string;
}

const ANYWHERE = '0.0.0.0/0';

/**
 * A VPC in which all traffic between workloads and the internet passes a Gateway Load Balancer endpoint in the AZ of the
 * workload. This holds in both directions, whichever side opens the connection.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/gwlb-route.html
 */
export class InspectedVpc extends Construct {
  /**
   * Workload subnets are private subnets. A workload needs a public address to use the internet gateway. There are no
   * public subnets: the internet would reach an instance in an endpoint's subnet without inspection.
   */
  readonly vpc: ec2.Vpc;
  readonly internetGateway: ec2.CfnInternetGateway;
  readonly endpoints: readonly ec2.CfnVPCEndpoint[];
  /** Dependency of public addresses: create them after the routes, and delete them before. */
  readonly internetConnectivityEstablished: IDependable;
  private readonly attachment: ec2.CfnVPCGatewayAttachment;

  constructor(scope: Construct, id: string, { vpcCidr, azCount, serviceName }: InspectedVpcProps) {
    super(scope, id);
    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount,
      reservedAzs: Math.max(0, 4 - azCount),
      subnetConfiguration: [
        { name: 'Endpoint', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 28 },
        { name: 'Workload', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: true,
    });
    const { vpcId } = this.vpc;
    this.internetGateway = new ec2.CfnInternetGateway(this, 'InternetGateway');
    this.attachment = new ec2.CfnVPCGatewayAttachment(this, 'Attachment', {
      vpcId,
      internetGatewayId: this.internetGateway.ref,
    });

    const gatewayRouteTable = new Construct(this, 'GatewayRouteTable');
    const inboundTable = this.createGatewayRouteTable(gatewayRouteTable, vpcId);
    const routes = new DependencyGroup(gatewayRouteTable);
    this.internetConnectivityEstablished = routes;
    this.endpoints = this.vpc.isolatedSubnets.map((endpointSubnet, index) => {
      const az = new Construct(this, `Az${index + 1}`);
      routes.add(az);
      const endpoint = new ec2.CfnVPCEndpoint(az, 'Endpoint', {
        vpcId,
        vpcEndpointType: 'GatewayLoadBalancer',
        serviceName,
        subnetIds: [endpointSubnet.subnetId],
      });
      // Packets that leave the endpoint are inspected already.
      new ec2.CfnRoute(az, 'InspectedRoute', {
        routeTableId: endpointSubnet.routeTable.routeTableId,
        destinationCidrBlock: ANYWHERE,
        gatewayId: this.internetGateway.ref,
      }).addResourceDependency(this.attachment);
      const workload = this.vpc.privateSubnets[index];
      if (workload) addRoutesThrough(az, endpoint, workload, inboundTable);
      return endpoint;
    });
  }

  /** Route table of the internet gateway, for inbound traffic ("edge association"). */
  private createGatewayRouteTable(parent: Construct, vpcId: string): ec2.CfnRouteTable {
    const table = new ec2.CfnRouteTable(parent, 'RouteTable', { vpcId });
    Tags.of(table).add('Name', parent.node.path);
    new ec2.CfnGatewayRouteTableAssociation(parent, 'Association', {
      gatewayId: this.internetGateway.ref,
      routeTableId: table.ref,
      // EC2 refuses the association until the gateway is attached to the VPC of the table.
    }).addResourceDependency(this.attachment);
    return table;
  }
}

/** Both directions use one endpoint. Otherwise, replies would miss the appliance that tracks the connection. */
function addRoutesThrough(
  az: Construct,
  { ref: vpcEndpointId }: ec2.CfnVPCEndpoint,
  workload: ec2.ISubnet,
  inboundTable: ec2.CfnRouteTable,
): void {
  new ec2.CfnRoute(az, 'OutboundRoute', {
    routeTableId: workload.routeTable.routeTableId,
    destinationCidrBlock: ANYWHERE,
    vpcEndpointId,
  });
  new ec2.CfnRoute(az, 'InboundRoute', {
    routeTableId: inboundTable.ref,
    // A gateway route table accepts the whole CIDR block of a subnet or of the VPC only.
    destinationCidrBlock: workload.ipv4CidrBlock,
    vpcEndpointId,
  });
}
