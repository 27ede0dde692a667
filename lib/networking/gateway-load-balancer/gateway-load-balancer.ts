import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';
import { checkAzCount, checkPort, checkVpcCidr } from '../../shared/checks';
import { ApplianceGroup, passThrough, type Appliance } from './appliance-group';
import { GwlbEndpointService } from './gwlb-endpoint-service';
import { InspectedVpc } from './inspected-vpc';

export interface GatewayLoadBalancerProps {
  /**
   * Address range of the VPC whose traffic is inspected, /16 to /25.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 10.4.0.0/22
   */
  readonly inspectedVpcCidr?: string;
  /**
   * Address range of the appliance VPC, /16 to /25. It may overlap with the inspected VPC: no route connects them.
   * @default 10.5.0.0/24
   */
  readonly applianceVpcCidr?: string;
  /**
   * Number of Availability Zones, 2 to 6. Each has an endpoint and an appliance.
   * @default 2
   */
  readonly azCount?: number;
  /**
   * The appliance: image, instance type and health check port.
   * @default - an appliance that returns every packet unchanged, on Amazon Linux 2023 and t4g.nano
   */
  readonly appliance?: Appliance;
  /**
   * Whether an AZ without a healthy appliance uses those of other AZs. AWS charges for traffic between AZs.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html
   * @default true
   */
  readonly crossZone?: boolean;
  /**
   * Whether the load balancer has deletion protection.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Receives the alarms for unhealthy appliances.
   * @default - none: alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
}

/**
 * A VPC whose internet traffic passes appliances in another VPC, in both directions. The appliances are behind a Gateway
 * Load Balancer. It fails closed: without a healthy appliance there is no internet traffic.
 *
 * Throws `InvalidValue` for a prop out of range, and for a VPC that is too small for its subnets.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/getting-started.html
 */
export class GatewayLoadBalancer extends Construct {
  /** It has no route to the internet or to the inspected VPC. Packets reach the appliances in GENEVE. */
  readonly applianceVpc: ec2.Vpc;
  readonly service: GwlbEndpointService;
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
      // The same AZs as the inspected VPC: an endpoint must be in an AZ of the load balancer.
      azCount,
      reservedAzs: Math.max(0, 4 - azCount),
      subnetConfiguration: [{ name: 'Appliance', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      restrictDefaultSecurityGroup: true,
    });
    this.service = new GwlbEndpointService(this, 'Service', {
      vpc: this.applianceVpc,
      healthCheckPort,
      crossZone,
      deletionProtection,
      alarmTopic: props.alarmTopic,
    });
    this.appliances = new ApplianceGroup(this, 'Appliances', {
      vpc: this.applianceVpc,
      vpcCidr: applianceVpcCidr,
      appliance,
      targetGroupArn: this.service.targetGroup.ref,
    }).group;
    // Health checks start when a listener forwards to the target group. Without them, the group replaces no appliance.
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
  // Each AZ has an endpoint subnet of /28 and a workload subnet of at least /28. Space for four AZs is always reserved.
  const longestPrefix = azCount > 4 ? 24 : 25;
  for (const [name, cidr] of Object.entries(cidrs)) {
    checkVpcCidr(name, cidr, longestPrefix, `for ${azCount} AZs`);
  }
  checkPort('appliance.healthCheckPort', healthCheckPort);
}
