/** Live pictures: every frame becomes a plane, as fast as the pooling keeps up. */

import { fromSource } from "../element/pictures.js";
import type { Plane } from "../figure/model.js";

const WIDTH = 640;
const HEIGHT = 480;

export class Camera {
  private readonly video = document.createElement("video");
  private stream: MediaStream | undefined;
  private frame = 0;

  /** `take` gets every frame; `lost` is told when the camera goes away by itself. */
  constructor(
    private readonly take: (plane: Plane) => void,
    private readonly lost: () => void,
  ) {
    this.video.muted = true;
    this.video.playsInline = true;
  }

  get running(): boolean {
    return this.stream !== undefined || !this.video.paused;
  }

  /** Rejects where there is no camera or it was refused. */
  async start(): Promise<void> {
    const video = { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, facingMode: "environment" };
    this.stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    this.stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      this.stop();
      this.lost();
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.next();
  }

  /** Plays a video file in a loop. Rejects where the browser cannot. */
  async file(file: Blob): Promise<void> {
    this.stop();
    this.video.srcObject = null;
    this.video.src = URL.createObjectURL(file);
    this.video.loop = true;
    await this.video.play();
    this.next();
  }

  stop(): void {
    this.video.cancelVideoFrameCallback?.(this.frame);
    this.video.pause();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
  }

  private next(): void {
    this.frame = this.video.requestVideoFrameCallback(() => {
      const { videoWidth, videoHeight } = this.video;
      if (videoWidth > 0) {
        const scale = Math.min(1, WIDTH / videoWidth, HEIGHT / videoHeight);
        this.take(fromSource(this.video, Math.round(videoWidth * scale), Math.round(videoHeight * scale)));
      }
      if (this.running) this.next();
    });
  }
}
