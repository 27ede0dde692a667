import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';
import { checkAzCount, checkPort, checkVpcCidr } from '../../shared/checks';
import { ApplianceFleet, passThrough, type Appliance } from './appliance-fleet';
import { InspectedVpc } from './inspected-vpc';
import { InspectionService } from './inspection-service';

export interface GatewayLoadBalancerProps {
  /**
   * Address range of the VPC whose traffic is inspected, /16 to /25.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 10.4.0.0/22
   */
  readonly inspectedVpcCidr?: string;
  /**
   * Address range of the appliances' VPC, /16 to /25. No route joins the two, so that they may overlap.
   * @default 10.5.0.0/24
   */
  readonly applianceVpcCidr?: string;
  /**
   * Availability Zones in use, 2 to 6. Each has an endpoint and an appliance.
   * @default 2
   */
  readonly azCount?: number;
  /**
   * The appliance: its image, its size, and where it answers health checks.
   * @default - hands back everything, on Amazon Linux 2023 and t4g.nano
   */
  readonly appliance?: Appliance;
  /**
   * Whether an AZ without a healthy appliance uses those of the others. AWS charges for traffic between AZs.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html
   * @default true
   */
  readonly crossZone?: boolean;
  /**
   * Whether the load balancer refuses to be deleted.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * A VPC whose traffic with the internet passes appliances in another VPC, in both directions, and the appliances
 * behind a gateway load balancer.
 *
 * Throws `InvalidValue` for a prop out of range, and for a VPC that is too small for its subnets.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/getting-started.html
 */
export class GatewayLoadBalancer extends Construct {
  /** Has no way to the internet and none to the inspected VPC: packets come to it in GENEVE. */
  readonly applianceVpc: ec2.Vpc;
  readonly service: InspectionService;
  readonly appliances: AutoScalingGroup;
  readonly inspected: InspectedVpc;

  constructor(scope: Construct, id: string, props: GatewayLoadBalancerProps = {}) {
    super(scope, id);
    const { inspectedVpcCidr = '10.4.0.0/22', applianceVpcCidr = '10.5.0.0/24', azCount = 2 } = props;
    const { appliance = passThrough(), crossZone = true, deletionProtection = true } = props;
    const { healthCheckPort } = appliance;
    validate(azCount, { inspectedVpcCidr, applianceVpcCidr }, healthCheckPort);

    this.applianceVpc = createVpc(this, 'ApplianceVpc', {
      ipAddresses: ec2.IpAddresses.cidr(applianceVpcCidr),
      // Those of the inspected VPC: an endpoint can stand only where the load balancer has a subnet.
      azCount,
      reservedAzs: Math.max(0, 4 - azCount),
      subnetConfiguration: [{ name: 'Appliance', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      restrictDefaultSecurityGroup: true,
    });
    this.service = new InspectionService(this, 'Service', {
      vpc: this.applianceVpc,
      healthCheckPort,
      crossZone,
      deletionProtection,
    });
    this.appliances = new ApplianceFleet(this, 'Appliances', {
      vpc: this.applianceVpc,
      vpcCidr: applianceVpcCidr,
      appliance,
      targetGroupArn: this.service.targetGroup.ref,
    }).group;
    // Health is checked from when a listener leads to the target group; without a check, the group replaces nobody.
    this.appliances.node.addDependency(this.service.listener);

    this.inspected = new InspectedVpc(this, 'Inspected', {
      vpcCidr: inspectedVpcCidr,
      azCount,
      serviceName: this.service.serviceName,
    });
  }
}

function validate(azCount: number, cidrs: Readonly<Record<string, string>>, healthCheckPort: number): void {
  checkAzCount(azCount);
  // A subnet of /28 at least for endpoints and one for workloads in each of four AZs or more.
  const longestPrefix = azCount > 4 ? 24 : 25;
  for (const [name, cidr] of Object.entries(cidrs)) {
    checkVpcCidr(name, cidr, longestPrefix, `for ${azCount} AZs`);
  }
  checkPort('appliance.healthCheckPort', healthCheckPort);
}
