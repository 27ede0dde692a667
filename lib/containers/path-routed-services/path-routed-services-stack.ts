import { CfnOutput, RemovalPolicy, Stack, TimeZone, type StackProps } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { NatGateways } from '../../networking/multi-az-vpc/multi-az-vpc';
import { importedZone } from '../../shared/imported-zone';
import { ExampleApp } from './example-app';
import { PathRoutedServices } from './path-routed-services';

export interface PathRoutedServicesStackProps extends StackProps {
  readonly vpc: IVpc;
  /** How the VPC's private subnets reach the internet; without, tasks need endpoints. */
  readonly natGateways: NatGateways;
  /** Name of a public hosted zone of the account; the services answer at `services` in it. */
  readonly domainName?: string;
  /**
   * Id of that zone.
   * @default - none: HTTP under the load balancer's own name
   */
  readonly hostedZoneId?: string;
}

/** Users, Search, and a site for all other paths, each scaled in a way of its own. */
export class PathRoutedServicesStack extends Stack {
  readonly services: PathRoutedServices;

  constructor(scope: Construct, id: string, props: PathRoutedServicesStackProps) {
    super(scope, id, props);
    const { vpc, natGateways } = props;
    // A sandbox leaves nothing behind. In production, leave this out: keys and logs are then retained.
    const removalPolicy = RemovalPolicy.DESTROY;

    const users = new ExampleApp(this, 'UsersApp', { name: 'users', message: 'Known here', removalPolicy });
    const search = new ExampleApp(this, 'SearchApp', { name: 'search', message: 'Found it', removalPolicy });
    const site = new ExampleApp(this, 'SiteApp', { name: 'site', message: 'Welcome', removalPolicy });

    const zone = importedZone(this, props);
    this.services = new PathRoutedServices(this, 'Services', {
      vpc,
      domain: zone && { name: `services.${zone.zoneName}`, zone },
      awsServices: natGateways === 'none' ? 'endpoints' : 'nat',
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
      value: this.services.entrance.url,
      description: zone ? undefined : 'Unencrypted: HTTPS needs domainName and hostedZoneId',
    });
    new CfnOutput(this, 'ClusterName', { value: this.services.cluster.clusterName });
  }
}
