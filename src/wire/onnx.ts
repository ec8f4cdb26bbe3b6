import { PbfWriter } from 'pbf';
import type { Format } from '../exact/format.js';
import type { Tensor } from './tensor.js';

/**
 * The few messages of onnx.proto3 that a test of one BatchNormalization needs, by their field numbers there.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
const elementType: Readonly<Record<Format, number>> = { f32: 1, f16: 10, f64: 11, bf16: 16 };
const irVersion = 8;
const operatorSet = 15;

/** A tensor that a node reads or writes: its name, its dtype and its extents. */
export interface Port {
  readonly name: string;
  readonly dtype: Format;
  readonly shape: readonly number[];
}

/** One BatchNormalization with its attributes. */
export interface BatchNormalization {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Attributes; a whole number is written as an INT, under `whole`. */
  readonly real: Readonly<Record<string, number>>;
  readonly whole: Readonly<Record<string, number>>;
}

type Fields = (to: PbfWriter) => void;

const message = (to: PbfWriter, tag: number, fields: Fields): void =>
  to.writeMessage(tag, (_: null, inner: PbfWriter) => fields(inner), null);

function bytesOf(fields: Fields): Uint8Array {
  const writer = new PbfWriter();
  fields(writer);
  return writer.finish().slice();
}

/** A TensorProto: the file of one input or output of a backend test. */
export const tensorProto = (name: string, { dtype, shape, data }: Tensor): Uint8Array =>
  bytesOf((to) => {
    for (const extent of shape) to.writeVarintField(1, extent);
    to.writeVarintField(2, elementType[dtype as Format]);
    to.writeStringField(8, name);
    to.writeBytesField(9, data);
  });

/** A ModelProto of one node. */
export const modelProto = (node: BatchNormalization): Uint8Array =>
  bytesOf((model) => {
    model.writeVarintField(1, irVersion);
    model.writeStringField(2, 'bnspec');
    message(model, 7, (graph) => {
      message(graph, 1, (to) => nodeFields(node, to));
      graph.writeStringField(2, node.name);
      for (const port of node.inputs) message(graph, 11, (to) => portFields(port, to));
      for (const port of node.outputs) message(graph, 12, (to) => portFields(port, to));
    });
    message(model, 8, (set) => set.writeVarintField(2, operatorSet));
  });

function nodeFields({ inputs, outputs, real, whole }: BatchNormalization, to: PbfWriter): void {
  for (const { name } of inputs) to.writeStringField(1, name);
  for (const { name } of outputs) to.writeStringField(2, name);
  to.writeStringField(4, 'BatchNormalization');
  for (const [name, value] of Object.entries(real))
    message(to, 5, (attribute) => {
      attribute.writeStringField(1, name);
      attribute.writeFloatField(2, value);
      attribute.writeVarintField(20, 1);
    });
  for (const [name, value] of Object.entries(whole))
    message(to, 5, (attribute) => {
      attribute.writeStringField(1, name);
      attribute.writeVarintField(3, value);
      attribute.writeVarintField(20, 2);
    });
}

function portFields({ name, dtype, shape }: Port, to: PbfWriter): void {
  to.writeStringField(1, name);
  message(to, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.writeVarintField(1, elementType[dtype]);
      message(tensor, 2, (extents) => {
        for (const extent of shape) message(extents, 1, (one) => one.writeVarintField(1, extent));
      });
    }),
  );
}
