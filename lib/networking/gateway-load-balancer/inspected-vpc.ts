import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface InspectedVpcProps {
  readonly vpcCidr: string;
  readonly azCount: number;
  /** The endpoint service of the appliances. */
  readonly serviceName: string;
}

const ANYWHERE = '0.0.0.0/0';

/**
 * A VPC in which everything between its workloads and the internet passes an endpoint of the appliances, in the AZ of
 * the workload, whichever side begins.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/gwlb-route.html
 */
export class InspectedVpc extends Construct {
  /**
   * Private subnets for workloads, which need a public address each to use the internet gateway. There are no public
   * subnets: what stands beside an endpoint is reached without passing it.
   */
  readonly vpc: ec2.Vpc;
  readonly internetGateway: ec2.CfnInternetGateway;
  readonly endpoints: readonly ec2.CfnVPCEndpoint[];
  /** What public addresses have to wait for, and to be gone before. */
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

    const edge = new Construct(this, 'Edge');
    const edgeTable = this.createEdge(edge, vpcId);
    const routes = new DependencyGroup(edge);
    this.internetConnectivityEstablished = routes;
    this.endpoints = this.vpc.isolatedSubnets.map((own, index) => {
      const az = new Construct(this, `Az${index + 1}`);
      routes.add(az);
      const endpoint = new ec2.CfnVPCEndpoint(az, 'Endpoint', {
        vpcId,
        vpcEndpointType: 'GatewayLoadBalancer',
        serviceName,
        subnetIds: [own.subnetId],
      });
      // What leaves an endpoint has been inspected.
      new ec2.CfnRoute(az, 'InspectedRoute', {
        routeTableId: own.routeTable.routeTableId,
        destinationCidrBlock: ANYWHERE,
        gatewayId: this.internetGateway.ref,
      }).addResourceDependency(this.attachment);
      const workload = this.vpc.privateSubnets[index];
      if (workload) leadThrough(az, endpoint, workload, edgeTable);
      return endpoint;
    });
  }

  /** The route table of what comes in by the internet gateway. */
  private createEdge(edge: Construct, vpcId: string): ec2.CfnRouteTable {
    const table = new ec2.CfnRouteTable(edge, 'RouteTable', { vpcId });
    Tags.of(table).add('Name', edge.node.path);
    new ec2.CfnGatewayRouteTableAssociation(edge, 'Association', {
      gatewayId: this.internetGateway.ref,
      routeTableId: table.ref,
      // Both have to be of one VPC, which the gateway is in once it is attached.
    }).addResourceDependency(this.attachment);
    return table;
  }
}

/** Both directions by one endpoint: what takes another way back does not pass the appliance that knows the connection. */
function leadThrough(
  az: Construct,
  { ref: vpcEndpointId }: ec2.CfnVPCEndpoint,
  workload: ec2.ISubnet,
  edge: ec2.CfnRouteTable,
): void {
  new ec2.CfnRoute(az, 'OutboundRoute', {
    routeTableId: workload.routeTable.routeTableId,
    destinationCidrBlock: ANYWHERE,
    vpcEndpointId,
  });
  new ec2.CfnRoute(az, 'InboundRoute', {
    routeTableId: edge.ref,
    // A gateway's route table takes the whole block of a subnet or of the VPC, nothing between.
    destinationCidrBlock: workload.ipv4CidrBlock,
    vpcEndpointId,
  });
}
