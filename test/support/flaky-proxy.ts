import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** A network between clients and a server that can be cut at any moment: connections break, the next ones work again. */
export class FlakyProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** `target` is asked at each connection: the server behind may move. */
  static async open(target: () => number | undefined): Promise<FlakyProxy> {
    const server = createServer((near) => {
      const port = target();
      if (port === undefined) return void near.destroy();
      const far = connect(port, "127.0.0.1");
      link.join(near, far);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const link = new FlakyProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return link;
  }

  get openCount(): number {
    return this.sockets.size;
  }

  /** Breaks the connections that are open, or those that `which` picks of them. */
  cut(which: (index: number) => boolean = () => true): void {
    [...this.sockets].filter((_, index) => which(index)).forEach((socket) => socket.resetAndDestroy());
  }

  private join(near: Socket, far: Socket): void {
    this.sockets.add(near);
    const end = (): void => {
      this.sockets.delete(near);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.setNoDelay(true).on("error", end).on("close", end);
    near.pipe(far);
    far.pipe(near);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
