/* The three kinds of Route 53 health checks, each with an alarm. Take the file of the one you want, and health-check-alarm.ts. */
export { AlarmCheck, type AlarmCheckProps } from './alarm-check';
export { CalculatedCheck, type CalculatedCheckProps } from './calculated-check';
export { EndpointCheck, type EndpointCheckProps } from './endpoint-check';
export { HealthCheckAlarm, type HealthCheckAlarmProps } from './health-check-alarm';
