import type { PoolView } from "poolscope/element-class";
import type {} from "poolscope/react";
import { useRef } from "react";

export function Figure() {
  const view = useRef<PoolView>(null);
  return (
    <pool-view
      ref={view}
      className="figure"
      code="nn.MaxPool2d(3, 2)"
      at="1,1"
      lang="zh"
      theme="dark"
      onpoolchange={({ detail }) => console.log(detail.outputShape)}
      onpoolcursor={({ detail }) => console.log(detail.sentence, detail.channel)}
      onpoolerror={({ detail }) => console.log(detail.what, detail.message)}
      side="input"
      data={{ data: new Float32Array(4), shape: [2, 2] }}
    >
      <p>until it is ready</p>
    </pool-view>
  );
}

export const wrong = (
  <>
    {/* @ts-expect-error no such theme */}
    <pool-view theme="sepia" />
    {/* @ts-expect-error no such attribute */}
    <pool-view kernel="3" />
    {/* @ts-expect-error the code is text */}
    <pool-view code={3} />
  </>
);
