//! Files: `FILE *` with the buffer that was asked for.

use super::body::Body;
use super::code::{Code, string};
use super::helpers::Helper;
use crate::scenario::{Buffering, TimeRange};

/// The largest record that a buffer takes in whole: 8 KiB as asked for, 4 KiB as glibc takes by itself.
const fn buffer(buffering: Buffering) -> u32 {
    match buffering {
        Buffering::Full => 8192,
        Buffering::Default | Buffering::Line => 4096,
        Buffering::None => 0,
    }
}

/// Opens a file and gives it its buffer.
pub(super) fn open(body: &Body, path: &str, code: &mut Code) {
    for (end, _) in path.match_indices('/') {
        code.line(format!("mkdir({}, 0777);", string(&path[..end])));
    }
    let Some(file) = body.plan.files.get(path) else { return };
    let local = body.plan.local(path, body.function);
    let name = body.plan.file(path);
    let open = code.call(Helper::OpenFile);
    let open = format!("{open}({});", string(path));
    match local {
        Some(local) if !local.used && file.buffering == Buffering::Default => return code.line(open),
        Some(local) if local.at_top && local.opens == 1 => code.line(format!("FILE *{name} = {open}")),
        _ => code.line(format!("{name} = {open}")),
    }
    match file.buffering {
        // glibc heeds the size only if it is given the memory, too.
        Buffering::Full => code.line(format!("setvbuf({name}, malloc(8192), _IOFBF, 8192);")),
        Buffering::Default => {}
        Buffering::Line => code.line(format!("setvbuf({name}, NULL, _IOLBF, 0);")),
        Buffering::None => code.line(format!("setvbuf({name}, NULL, _IONBF, 0);")),
    }
}

/// Writes a record.
pub(super) fn write(body: &Body, path: &str, record: &str, bytes: u64, time: TimeRange, code: &mut Code) {
    let Some(file) = body.plan.files.get(path) else { return };
    let name = body.plan.file(path);
    let record = body.plan.names.record(record, file.mode, bytes);
    let (record, size) = if bytes == 0 {
        ("\"\"".to_string(), "0".to_string())
    } else {
        (record.clone(), format!("sizeof {record}"))
    };
    if time.max_us == 0 {
        code.line(format!("fwrite({record}, 1, {size}, {name});"));
    } else if body.plan.options.trace {
        let seconds = body.span(time, code);
        let slow_write = code.call(Helper::SlowWrite);
        code.line(format!("{slow_write}({name}, {record}, {size}, {}, {seconds});", buffer(file.buffering)));
    } else {
        code.line(format!("fwrite({record}, 1, {size}, {name}); /* one large call, long in the kernel */"));
    }
}
