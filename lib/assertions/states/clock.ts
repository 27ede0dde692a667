interface Timer {
  readonly time: number;
  readonly action: () => void;
}

/**
 * A clock that jumps to the next timer once everything waits for one. What happens outside of it, such as a request to a
 * local server, takes no time.
 */
export class VirtualClock {
  private readonly timers = new Set<Timer>();
  private working = 0;
  private wake: (() => void) | undefined;

  /** `now` is in milliseconds since 1970. */
  constructor(public now: number) {}

  /** Runs an action later. Returns a function that cancels it. */
  after(seconds: number, action: () => void): () => void {
    const timer = { time: this.now + seconds * 1000, action };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(seconds, resolve);
    });
  }

  /** Work during which the clock stands still. */
  async work<T>(work: () => T | Promise<T>): Promise<T> {
    this.working++;
    try {
      return await work();
    } finally {
      this.pause();
    }
  }

  /** Sleep inside `work`. */
  async sleepWorking(seconds: number): Promise<void> {
    this.pause();
    await this.sleep(seconds);
    this.working++;
  }

  /** Moves the clock until the promise settles. */
  async run<T>(main: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
      this.wake?.();
    };
    main.then(done, done);
    for (;;) {
      // Everything that does not wait for a timer or for work has ended when the event loop comes back.
      await new Promise((resolve) => setImmediate(resolve));
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- `done` sets it
      if (settled) return main;
      if (this.working > 0) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      } else this.next();
    }
  }

  private pause(): void {
    this.working--;
    this.wake?.();
  }

  /** The earliest timer; of several, the one that was set first. */
  private next(): void {
    let first: Timer | undefined;
    for (const timer of this.timers) if (!first || timer.time < first.time) first = timer;
    if (!first) throw new Error('The execution waits for something that no timer and no task brings');
    this.timers.delete(first);
    this.now = Math.max(this.now, first.time);
    first.action();
  }
}
