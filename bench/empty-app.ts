import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';

// What the CDK itself costs: the yardstick of bench.ts.
new Topic(new Stack(new App(), 'Empty'), 'Topic');
