import { adjusted, stepFor } from '../../../lib/assertions/scaling/adjustment';

const step = (lower: number, upper: number, adjustment: number) => ({ lower, upper, adjustment });
const steps = [step(-Infinity, -10, 4), step(-10, 0, 1), step(0, 10, 2), step(10, Infinity, 3)];

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
describe('scaling: step adjustments', () => {
  it.each<[number, boolean, number]>([
    [0, false, 2],
    [9.9, false, 2],
    [10, false, 3],
    [99, false, 3],
    [0, true, 1],
    [-9.9, true, 1],
    [-10, true, 4],
    [-99, true, 4],
    [5, true, 2],
    [-5, false, 1],
  ])('for a distance of %d, alarm for low values %s: %i', (distance, alarmIsLow, adjustment) => {
    expect(stepFor(steps, distance, alarmIsLow)).toBe(adjustment);
  });

  it.each([-1, 10, 11])('none, for a distance of %d from 0 to 10', (distance) => {
    expect(stepFor([step(0, 10, 2)], distance, false)).toBeUndefined();
  });

  it.each<[number, number, number, number]>([
    [10, 0, 2, 10],
    [10, 5, 0, 11],
    [10, 25, 0, 12],
    [10, 10, 3, 13],
    [10, -10, 3, 7],
    [10, -25, 0, 8],
  ])('%i by %i %%, by %i at least, is %i', (capacity, percent, least, after) => {
    expect(adjusted(capacity, percent, { type: 'PercentChangeInCapacity', least, steps: [] })).toBe(after);
  });
});
