/*
 * One construct for each way in which Route 53 may choose between the records of a name. Take the file of the one you
 * want, and routed-record.ts; geolocation needs countries.ts too. Failover has an architecture of its own.
 */
export { GeolocationRecords } from './geolocation-records';
export type { ClientLocation, GeolocationRecord, GeolocationRecordsProps } from './geolocation-records';
export { GeoproximityRecords } from './geoproximity-records';
export type { GeoproximityRecord, GeoproximityRecordsProps, ServerLocation } from './geoproximity-records';
export { IpBasedRecords } from './ip-based-records';
export type { IpBasedRecord, IpBasedRecordsProps } from './ip-based-records';
export { LatencyRecords } from './latency-records';
export type { LatencyRecord, LatencyRecordsProps } from './latency-records';
export { MultivalueRecords } from './multivalue-records';
export type { MultivalueRecord, MultivalueRecordsProps } from './multivalue-records';
export type { RoutedName, RoutedRecord } from './routed-record';
export { SimpleRecord, type SimpleRecordProps } from './simple-record';
export { WeightedRecords } from './weighted-records';
export type { WeightedRecord, WeightedRecordsProps } from './weighted-records';
