import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { StaticSite } from '../static-site/static-site';
import { EdgeFunctions } from './edge-functions';

export interface EdgeFunctionsStackProps extends StackProps {
  /** @default - none: the alarm only changes its state */
  readonly alarmEmail?: string;
}

/** A static site with redirects, index documents, and a start page with two variants. */
export class EdgeFunctionsStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, ...props }: EdgeFunctionsStackProps = {}) {
    super(scope, id, props);
    const functions = new EdgeFunctions(this, 'Functions', {
      moved: { '/old': '/docs/', '/blog': 'https://blog.example.com/' },
      experiment: { path: '/index.html', shares: { control: 80, b: 20 } },
    });
    const { bucket, url } = new StaticSite(this, 'Site', {
      pageFunction: functions.function,
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // For a sandbox. In production, omit this: the buckets are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(this, 'Url', { value: url });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
  }
}
