import { CfnOutput, RemovalPolicy, Stack, TimeZone, type StackProps } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { NatGateways } from '../../networking/multi-az-vpc/multi-az-vpc';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { importedZone } from '../../shared/imported-zone';
import { ExampleApp } from './example-app';
import { PathRoutedServices } from './path-routed-services';

export interface PathRoutedServicesStackProps extends StackProps {
  readonly vpc: IVpc;
  /** How the VPC's private subnets reach the internet. With `none`, the stack creates interface endpoints. */
  readonly natGateways: NatGateways;
  /** Name of a public hosted zone in the account. The name of the services is `services` in that zone. */
  readonly domainName?: string;
  /**
   * Id of that zone.
   * @default - none: HTTP only, under the name that AWS gives to the load balancer
   */
  readonly hostedZoneId?: string;
  /** @default - alarms notify nobody */
  readonly alarmEmail?: string;
}

/** Three services: users, search, and a site for all other paths. Each scales in another way. */
export class PathRoutedServicesStack extends Stack {
  readonly services: PathRoutedServices;

  constructor(scope: Construct, id: string, props: PathRoutedServicesStackProps) {
    super(scope, id, props);
    const { vpc, natGateways } = props;
    // The sandbox deletes everything. In production, leave this out: keys and logs are then retained.
    const removalPolicy = RemovalPolicy.DESTROY;

    const users = new ExampleApp(this, 'UsersApp', { name: 'users', message: 'Known here', removalPolicy });
    const search = new ExampleApp(this, 'SearchApp', { name: 'search', message: 'Found it', removalPolicy });
    const site = new ExampleApp(this, 'SiteApp', { name: 'site', message: 'Welcome', removalPolicy });

    const zone = importedZone(this, props);
    this.services = new PathRoutedServices(this, 'Services', {
      vpc,
      domain: zone && { name: `services.${zone.zoneName}`, zone },
      awsServices: natGateways === 'none' ? 'endpoints' : 'nat',
      alarmTopic: alarmTopicFor(this, props.alarmEmail),
      removalPolicy,
      services: {
        Users: {
          path: '/users',
          ...users.options,
          scaling: { policy: { target: { cpuPercent: 40, memoryPercent: 70, requestsPerTask: 1000 } } },
        },
        Search: {
          path: '/search',
          ...search.options,
          scaling: { policy: { steps: { outAbove: 70, add: 2, inBelow: 30, remove: 1 } } },
        },
        Site: {
          ...site.options,
          scaling: {
            schedules: {
              BeforeTuesdayPeak: {
                schedule: Schedule.cron({ weekDay: 'TUE', hour: '16', minute: '30' }),
                timeZone: TimeZone.EUROPE_LONDON,
                minTasks: 6,
              },
              AfterTuesdayPeak: {
                schedule: Schedule.cron({ weekDay: 'TUE', hour: '19', minute: '0' }),
                timeZone: TimeZone.EUROPE_LONDON,
                minTasks: 2,
              },
            },
          },
        },
      },
    });

    new CfnOutput(this, 'Url', {
      value: this.services.loadBalancer.url,
      description: zone ? undefined : 'Unencrypted: HTTPS needs domainName and hostedZoneId',
    });
    new CfnOutput(this, 'ClusterName', { value: this.services.cluster.clusterName });
  }
}
