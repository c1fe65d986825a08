/** Live pictures, frame by frame. */

import type { Texts } from "../texts/index.js";

/** What is said where there is no film, by the name of the browser's error. */
const TROUBLE: Record<string, keyof Texts> = {
  NotAllowedError: "camera_refused",
  SecurityError: "camera_refused",
  NotFoundError: "camera_absent",
  OverconstrainedError: "camera_absent",
  TypeError: "camera_absent",
};
export const cameraTrouble = ({ name }: Error): keyof Texts => TROUBLE[name] ?? "camera_busy";

const WIDTH = 640;
const HEIGHT = 480;

const screen = (): HTMLVideoElement => {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  return video;
};

type Take = (video: HTMLVideoElement, width: number, height: number) => void;

export class Camera {
  #video = screen();
  #stream: MediaStream | undefined;
  #frame = 0;

  readonly #take: Take;
  readonly #lost: () => void;

  /** `take` gets every frame and the size it should have; `lost` is told when the camera goes away by itself. */
  constructor(take: Take, lost: () => void) {
    this.#take = take;
    this.#lost = lost;
  }

  get running(): boolean {
    return this.#stream !== undefined || !this.#video.paused;
  }

  /** Rejects where there is no camera or it was refused. */
  async start(): Promise<void> {
    const video = { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, facingMode: "environment" };
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    this.stop();
    this.#stream = stream;
    this.#stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      this.stop();
      this.#lost();
    });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    this.#next();
  }

  /** Plays a video file in a loop. Rejects where the browser cannot. */
  async file(file: Blob): Promise<void> {
    const video = screen();
    video.src = URL.createObjectURL(file);
    video.loop = true;
    try {
      await video.play();
    } catch (error) {
      URL.revokeObjectURL(video.src);
      throw error;
    }
    // What runs already goes on until another does.
    this.stop();
    this.#video = video;
    this.#next();
  }

  stop(): void {
    this.#video.cancelVideoFrameCallback?.(this.#frame);
    this.#video.pause();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
    if (this.#video.src) URL.revokeObjectURL(this.#video.src);
    this.#video.removeAttribute("src");
  }

  #next(): void {
    this.#frame = this.#video.requestVideoFrameCallback(() => {
      const { videoWidth, videoHeight } = this.#video;
      if (videoWidth > 0) {
        const scale = Math.min(1, WIDTH / videoWidth, HEIGHT / videoHeight);
        this.#take(this.#video, Math.round(videoWidth * scale), Math.round(videoHeight * scale));
      }
      if (this.running) this.#next();
    });
  }
}
