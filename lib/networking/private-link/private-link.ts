import { Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { PrivateLinkEndpoint } from './private-link-endpoint';
import { PrivateLinkService, type PrivateLinkTarget } from './private-link-service';

export interface PrivateLinkProps {
  /** VPC of the service. */
  readonly providerVpc: ec2.IVpc;
  /**
   * Subnets of the load balancer, one in each AZ.
   * @default - one private subnet in each AZ; if the VPC has none, isolated ones, or else public ones
   */
  readonly providerSubnets?: ec2.SubnetSelection;
  /** VPC of the clients. Its addresses may overlap with those of `providerVpc`. */
  readonly consumerVpc: ec2.IVpc;
  /**
   * Subnets of the endpoint's network interfaces, one in each AZ. All must be in AZs of the load balancer.
   * @default - one private subnet in each AZ; if the VPC has none, isolated ones, or else public ones
   */
  readonly consumerSubnets?: ec2.SubnetSelection;
  /** Target of the load balancer. */
  readonly target: PrivateLinkTarget;
  /** TCP port on which the target listens, 1 to 65,535. */
  readonly targetPort: number;
  /**
   * TCP port of the service, 1 to 65,535.
   * @default 80
   */
  readonly port?: number;
  /**
   * Whether the load balancer has deletion protection.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Receives the alarms for unhealthy targets.
   * @default - none: alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Offers one service of a VPC in another VPC of the same account and region. The VPCs cannot reach each other in any other
 * way. Only this account can connect, so connections need no acceptance. For two accounts, use `PrivateLinkService` in one
 * and `PrivateLinkEndpoint` in the other.
 *
 * Throws `InvalidValue` for a port out of range, and for a consumer subnet in an AZ without the load balancer.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
 */
export class PrivateLink extends Construct {
  readonly service: PrivateLinkService;
  readonly endpoint: PrivateLinkEndpoint;

  constructor(scope: Construct, id: string, props: PrivateLinkProps) {
    super(scope, id);
    const { providerVpc, providerSubnets, consumerVpc, consumerSubnets, port } = props;
    const serviceAzs = zonesOf(providerVpc, providerSubnets);
    const missing = zonesOf(consumerVpc, consumerSubnets).find((zone) => !serviceAzs.includes(zone));
    if (missing !== undefined) {
      throw new InvalidValue('consumerSubnets', missing, `AZs of the service: ${serviceAzs.join(', ')}`);
    }

    this.service = new PrivateLinkService(this, 'Service', {
      vpc: providerVpc,
      subnets: providerSubnets,
      target: props.target,
      targetPort: props.targetPort,
      port,
      consumerAccounts: [Aws.ACCOUNT_ID],
      acceptanceRequired: false,
      deletionProtection: props.deletionProtection,
      alarmTopic: props.alarmTopic,
    });
    this.endpoint = new PrivateLinkEndpoint(this, 'Endpoint', {
      vpc: consumerVpc,
      subnets: consumerSubnets,
      serviceName: this.service.endpointService.vpcEndpointServiceName,
      port,
    });
    // EC2 answers "service does not exist" until the account is an allowed principal.
    this.endpoint.endpoint.node.addDependency(this.service.endpointService);
  }
}

/** The AZs of the subnets. An AZ that is known at deployment only is compared by its expression in the template. */
function zonesOf(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | undefined): string[] {
  return vpc.selectSubnets({ onePerAz: true, ...subnets }).availabilityZones.map((zone) => {
    const resolved: unknown = Stack.of(vpc).resolve(zone);
    return typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
  });
}
