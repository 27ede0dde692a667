import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkPort } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

export interface PrivateLinkEndpointProps {
  readonly vpc: ec2.IVpc;
  /**
   * Where the interfaces stand, one in each AZ and paid for each. All in AZs that the service has.
   * @default - as `vpc.selectSubnets()`: the private subnets; without those, the isolated ones; one in each AZ
   */
  readonly subnets?: ec2.SubnetSelection;
  /** `com.amazonaws.vpce.<region>.vpce-svc-<id>`, as its provider names it. */
  readonly serviceName: string;
  /**
   * TCP port of the service, 1 to 65,535.
   * @default 80
   */
  readonly port?: number;
}

const SERVICE_NAME = /^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]+$/;

/**
 * The consumer's end: an address of its own VPC, in each AZ, for a service of somebody else's. Nothing may use it until
 * it is allowed to: `endpoint.connections.allowDefaultPortFrom(client)`.
 *
 * Throws `InvalidValue` for a port out of range, and for what is no name of an endpoint service.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#connect-to-endpoint-service
 */
export class PrivateLinkEndpoint extends Construct implements ec2.IConnectable {
  readonly endpoint: ec2.InterfaceVpcEndpoint;
  /** Its default port is that of the service. */
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: PrivateLinkEndpointProps) {
    super(scope, id);
    const { vpc, serviceName, port = 80 } = props;
    checkPort('port', port);
    if (!Token.isUnresolved(serviceName) && !SERVICE_NAME.test(serviceName)) {
      const expected = 'a name such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';
      throw new InvalidValue('serviceName', serviceName, expected);
    }

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Endpoint of a service',
      allowAllOutbound: false,
    });
    this.endpoint = new ec2.InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      subnets: { onePerAz: true, ...props.subnets },
      service: new ec2.InterfaceVpcEndpointService(serviceName, port),
      securityGroups: [securityGroup],
      // Rules name clients, not the network of the VPC.
      open: false,
    });
    this.connections = this.endpoint.connections;
  }
}
