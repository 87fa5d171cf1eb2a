//! Rows as a Parquet file: each column in the type that says most of it, in groups of rows that fit into little memory. Nothing in
//! it comes from a clock: the same rows make the same bytes.

use crate::plan::{Column, cells};
use crate::value::Kind;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of one group, unless their texts are long.
const GROUP_ROWS: usize = 64 << 10;
/// Bytes of the texts of one group, with what it takes to hold them.
const GROUP_BYTES: usize = 32 << 20;
/// Bytes that it takes to hold one text.
const TEXT_BYTES: usize = 48;

/// A Parquet file on its way.
pub struct ParquetWriter<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Filling>,
    rows: usize,
    bytes: usize,
}

/// A column of the group that is being gathered.
struct Filling {
    column: Column,
    values: Values,
    /// By row: 1 where there is a value, 0 for null.
    levels: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>),
    Days(Vec<i32>),
    Booleans(Vec<bool>),
}

impl Values {
    fn new(kind: Kind) -> Values {
        match kind {
            Kind::String | Kind::Email | Kind::Enum | Kind::Decimal | Kind::List | Kind::Json => Values::Texts(Vec::new()),
            Kind::Integer | Kind::Datetime => Values::Integers(Vec::new()),
            Kind::Date => Values::Days(Vec::new()),
            Kind::Boolean => Values::Booleans(Vec::new()),
        }
    }
}

/// The type of a column. Decimals are texts: a decimal of Parquet's has as many places as its column, and a float loses digits.
fn parquet_type(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::String | Kind::Email | Kind::Enum | Kind::Decimal => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::List | Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Boolean => (Physical::BOOLEAN, None),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Datetime => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
    };
    let built = Type::primitive_type_builder(&column.name, physical);
    built.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => io::Error::other(error),
        error => io::Error::other(error),
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// `mapping` is what the file tells of who made it: the names of mappings.
    ///
    /// # Errors
    /// `out` can't be written to.
    pub fn new(out: W, columns: &[Column], mapping: &str) -> io::Result<Self> {
        let mut fields = Vec::new();
        for column in columns {
            fields.push(Arc::new(parquet_type(column).map_err(failed)?));
        }
        let schema = Type::group_type_builder("rows").with_fields(fields).build().map_err(failed)?;
        let said = KeyValue::new("bobmap.mapping".to_owned(), mapping.to_owned());
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(vec![said]))
            .build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        let filling = |column: &Column| Filling { column: column.clone(), values: Values::new(column.kind), levels: Vec::new() };
        Ok(ParquetWriter { writer, columns: columns.iter().map(filling).collect(), rows: 0, bytes: 0 })
    }

    /// Adds a row: a JSON object with the value of each column by its name.
    ///
    /// # Errors
    /// A column can't hold its value, which is not said; or the file can't be written.
    pub fn row(&mut self, row: &str) -> io::Result<()> {
        let cells = cells(row);
        for filling in &mut self.columns {
            let value = cells.get(filling.column.name.as_str()).map_or("null", |value| value.get());
            self.bytes += filling.add(value).map_err(|why| {
                let column = &filling.column.name;
                io::Error::other(format!("the column `{column}` can't hold a value: {why}; nothing is written"))
            })?;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.write_group().map_err(failed) } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for filling in &mut self.columns {
            let mut column = group.next_column()?.expect("the schema has this column");
            filling.write(&mut column)?;
            column.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// # Errors
    /// The file can't be written.
    pub fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group().map_err(failed)?;
        }
        self.writer.close().map_err(failed)?;
        Ok(())
    }
}

impl Filling {
    /// Adds a JSON text, and says how many bytes it takes.
    ///
    /// # Errors
    /// The column can't hold it as it is; says why, without the value.
    fn add(&mut self, json: &str) -> Result<usize, &'static str> {
        self.levels.push(i16::from(json != "null"));
        if json == "null" {
            return Ok(2);
        }
        let mut bytes = 10;
        match &mut self.values {
            Values::Texts(texts) => {
                let text = match self.column.kind {
                    Kind::Decimal | Kind::List | Kind::Json => json.to_owned(),
                    _ => text(json)?,
                };
                bytes += text.len() + TEXT_BYTES;
                texts.push(ByteArray::from(text.into_bytes()));
            }
            Values::Integers(moments) if self.column.kind == Kind::Datetime => moments.push(microseconds(&text(json)?)?),
            Values::Integers(integers) => {
                integers.push(json.parse().map_err(|_| "an integer of Parquet has 64 bits; make the field a string")?);
            }
            Values::Days(days) => days.push(day(&text(json)?)?),
            Values::Booleans(booleans) => booleans.push(json == "true"),
        }
        Ok(bytes)
    }

    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(&self.levels[..]);
        match &mut self.values {
            Values::Texts(texts) => {
                column.typed::<ByteArrayType>().write_batch(texts, levels, None)?;
                texts.clear();
            }
            Values::Integers(integers) => {
                column.typed::<Int64Type>().write_batch(integers, levels, None)?;
                integers.clear();
            }
            Values::Days(days) => {
                column.typed::<Int32Type>().write_batch(days, levels, None)?;
                days.clear();
            }
            Values::Booleans(booleans) => {
                column.typed::<BoolType>().write_batch(booleans, levels, None)?;
                booleans.clear();
            }
        }
        self.levels.clear();
        Ok(())
    }
}

fn text(json: &str) -> Result<String, &'static str> {
    serde_json::from_str(json).map_err(|_| "it is no text; make the field a string")
}

fn microseconds(text: &str) -> Result<i64, &'static str> {
    let moment: Timestamp = text.parse().map_err(|_| "it is no instant; make the field a string")?;
    if moment.subsec_nanosecond() % 1000 != 0 {
        return Err("a timestamp has six digits of a second, and there are more; make the field a string");
    }
    Ok(moment.as_microsecond())
}

/// Days since 1970-01-01.
fn day(text: &str) -> Result<i32, &'static str> {
    let day: Date = text.parse().map_err(|_| "it is no day; make the field a string")?;
    let since = date(1970, 1, 1).until(day).map_err(|_| "it is no day that Parquet knows; make the field a string")?;
    Ok(since.get_days())
}
